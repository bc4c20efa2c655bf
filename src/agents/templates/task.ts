/** The ordinary task, and the two that mend something. */
import type { TemplateText } from './template-text.js';

export const TASK: TemplateText = {
  name: 'task',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
{% include 'usual' %}
`,
};

export const CONFLICT: TemplateText = {
  name: 'conflict',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## The conflict

{% if vars.sides %}
{% for side in vars.sides %}
- {{ side.what | code }}: {{ side.meant }}
{% endfor %}

{% endif %}
{% if vars.files %}
Files in conflict: {{ vars.files | codes }}

{% endif %}
1. For each place, say first what either side wanted: the commits and tasks that wrote it tell (\`git log\`, \`git blame\`).
2. Join them so that both keep their meaning. Taking one side alone is right only where the other is contained in it.
3. Where both can not hold, do not choose: that is a blocker.
4. Look for what git does not see: a renamed name that is still called, two entries of one list, tests that test the old way.
5. Run the checks, and those of both sides.

{% include 'usual' %}
`,
};

export const FIX: TemplateText = {
  name: 'fix',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## What is wrong

{% if vars.problem %}
{{ vars.problem }}

{% endif %}
{% if vars.expected %}
Expected: {{ vars.expected }}

{% endif %}
{% if vars.steps %}
To see it:

{% for step in vars.steps %}
{{ forloop.index }}. {{ step }}
{% endfor %}

{% endif %}
{% if vars.cause %}
The cause is probably: {{ vars.cause }}. See whether that holds before you build on it.

{% endif %}
## How to mend it

1. Make it happen, in the smallest way that you find. What can't be made to happen is said in the summary, with all that you tried, and not guessed at.
2. Write a test that fails because of it.
3. Find the cause, and mend that and not its symptom. Change nothing else on the way.
4. See the test pass, and every check.
5. Look whether the same mistake stands elsewhere, and say where.

{% include 'usual' %}
`,
};
