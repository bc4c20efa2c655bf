/** Tasks that find something out: they try, judge, ask or join. */
import type { TemplateText } from './template-text.js';

export const TESTER: TemplateText = {
  name: 'tester',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## What you test

The real thing: all parts as they are merged in this worktree, started as they will run. No mocks where the part itself is there.{% if vars.environment %} {{ vars.environment }}{% endif %}

{% if vars.scenarios %}
{% for one in vars.scenarios %}
- [ ] {{ one }}
{% endfor %}

{% endif %}
1. See that everything starts, from nothing, as its documentation says.
2. Go through each scenario from end to end, then its errors: wrong input, a part that is not there, twice the same.
3. Look at what is left behind: data, processes, logs.
4. Tell apart what is broken, what the tests get wrong, and what could not be tested, and why.
5. For each failure: the command, what was expected, what came, and which task's work it points to.

{% include 'usual' %}
`,
};

export const REVIEW: TemplateText = {
  name: 'review',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
{% if judged %}
## What you judge

The contract {{ judged.name }}, which {{ judged.author }} wrote: {{ judged.files | codes }}.{% if judged.mock %} Its mock is {{ judged.mock | code }}.{% endif %} Others start on it only once you approve.

{% endif %}
## How to judge

{% if vars.subject %}
You judge: {{ vars.subject }}

{% endif %}
{% if vars.criteria %}
{% for one in vars.criteria %}
- [ ] {{ one }}
{% endfor %}

{% endif %}
- Read what was asked for first, then what is there, then what is around it.
- A finding names file and line, what happens, how to see it, and how much it matters. What you would just have done otherwise is none.
- Try what you doubt: a finding that you have seen happen is worth ten that you suspect.
- Say plainly at the end whether it can go in as it is.

{% include 'usual' %}
`,
};

export const SYNTHESIS: TemplateText = {
  name: 'synthesis',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## What you join

{% if vars.question %}
The question: {{ vars.question }}

{% endif %}
1. Read all that the tasks before you found, each whole, before you write.
2. Note where they agree, where they contradict each other, and what only one of them saw.
3. Settle each contradiction by looking for yourself. What can't be settled stays one, with both sides.
4. Write one answer, not a summary of each: the most important first, with what it rests on.
5. Say what to do next, in order, and what nobody has looked at.

{% if vars.sections %}
Its sections: {{ vars.sections | join: ', ' }}.

{% endif %}
{% if vars.file %}
It goes into {{ vars.file | code }}.

{% endif %}
{% include 'usual' %}
`,
};

export const INVESTIGATION: TemplateText = {
  name: 'investigation',
  version: 1,
  text: `{% include 'head' %}
{% include 'work' %}
## What you find out

{% if vars.question %}
The question: {{ vars.question }}

{% endif %}
{% if vars.hypotheses %}
What it could be:

{% for one in vars.hypotheses %}
- {{ one }}
{% endfor %}

{% endif %}
1. Write down what is known, and how it is known.
2. For each explanation, find what would show it to be wrong, and look there first.
3. Keep what you saw (command, output, file and line) apart from what you conclude.
4. Stop when one explanation is left that accounts for everything, or when you can say what is missing to decide.
5. Report: the answer, how sure you are, what it rests on, what was ruled out and by what, what you would do next.

Mend nothing on the way.

{% include 'usual' %}
`,
};
