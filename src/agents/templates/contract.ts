/** Around an agreed interface: who writes it, who implements it, who works against it. */
import type { TemplateText } from './template-text.js';

const errors = `{% if vars.errors %}
| error | when |
| --- | --- |
{% for one in vars.errors %}
| {{ one.code | code }} | {{ one.when }} |
{% endfor %}

{% endif %}
`;

export const CONTRACT_AUTHOR: TemplateText = {
  name: 'contract-author',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## The contract that you write

{% for one in authored %}
- {{ one.name }} {{ one.version }}: {{ one.files | codes }}.{% if one.provider %} {{ one.provider }} implements it.{% endif %}{% if one.consumers.size > 0 %} {{ one.consumers | join: ', ' }} build on it.{% endif %}{% if one.test %} The provider must pass {{ one.test | code }}.{% endif %}
{% endfor %}

Others work from it alone, at the same time, and ask nobody. It says:

- [ ] **Purpose:** {% if vars.purpose %}{{ vars.purpose }}{% else %}what it is for, and what it is not for.{% endif %}
- [ ] **Request:** {% if vars.request %}{{ vars.request }}{% else %}each operation with all that goes in: names, types, what is required, what is allowed, limits.{% endif %}
- [ ] **Response:** {% if vars.response %}{{ vars.response }}{% else %}all that comes out of each operation, also of empty and partial results.{% endif %}
- [ ] **Every error code:** the code, when it comes, and what the caller can do about it.
- [ ] **Examples:** {% if vars.examples %}{{ vars.examples | join: '; ' }}{% else %}a whole request with its response for each operation, and one for each error.{% endif %}
- [ ] **Mock:** {% if vars.mock %}{{ vars.mock }}{% else %}a stand-in that answers as the contract says, its errors included{% endif %}{% for one in authored %}{% if one.mock %} ({{ one.mock | code }}){% endif %}{% endfor %}.

{% if vars.errors %}
These errors at least:

${errors}{% endif %}
Its parts agree with each other: what an example shows, the description allows. Implement nothing else.

{% include 'usual' %}
`,
};

export const CONTRACT_PROVIDER: TemplateText = {
  name: 'contract-provider',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## You implement a contract

- Match it exactly: names, types, codes, order, limits. What it does not say, you do not add; callers would come to lean on it.
- Every error that it names can happen, and comes with its own code: write a test that makes each of them happen.
- The contract's test decides. Run it before you stop, and do not change it.
- Where the contract is wrong or says too little, do not bend it: say so by a blocker.

${errors}{% include 'usual' %}
`,
};

export const CONTRACT_CONSUMER: TemplateText = {
  name: 'contract-consumer',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## You work against a contract

- Against its mock first: its provider may not be there yet. One place decides which of the two is called, so that nothing else changes once the real one is there.
- Every error that the contract names can come: say for each what happens then, and test it with the mock.
- Lean on nothing that the contract does not say, also where the mock happens to do it.
- Where the contract is wrong or says too little, do not work around it: say so by a blocker.

${errors}{% include 'usual' %}
`,
};
