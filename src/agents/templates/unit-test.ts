/** Tests for one source file, with a goal that can be measured. */
import type { TemplateText } from './template-text.js';

export const UNIT_TEST: TemplateText = {
  name: 'unit-test',
  version: 1,
  text: `# {% if vars.number %}Task {{ vars.number }}: {% endif %}{{ task.title }}

Build {% if vars.what %}{{ vars.what }}{% else %}unit tests{% endif %} for {{ vars.source.file | code }}.

**Goal:** {% if vars.goal %}{{ vars.goal }}{% else %}at least {{ vars.tests }} tests that cover {{ vars.coverage }} % of its lines, in at most {{ vars.seconds }} seconds{% endif %}

{% include 'aim' %}
{% include 'work' %}
## Files

- Source: {{ vars.source.file | code }}: {{ vars.source.description }}
- Output: {{ vars.output.file | code }} ({% if vars.output.mode == 'extend' %}extend it: what is there stays, and passes{% else %}create it{% endif %})

{% if vars.infrastructure or vars.mocks %}
## What is there to use

{% if vars.infrastructure %}
Infrastructure:

{% for one in vars.infrastructure %}
- {{ one }}
{% endfor %}

{% endif %}
{% if vars.mocks %}
Mocks:

{% for one in vars.mocks %}
- {{ one }}
{% endfor %}

{% endif %}
{% endif %}
{% if vars.pattern %}
## The pattern to follow

Write it as {{ vars.pattern.file | code }} is written.

{% if vars.pattern.notes %}
{% for one in vars.pattern.notes %}
- {{ one }}
{% endfor %}

{% endif %}
{% endif %}
## What to test

{% for one in vars.functions %}
- {{ one.name | code }}: {{ one.description }}
{% endfor %}

{% if vars.covered %}
Covered already, and not to be tested again:

{% for one in vars.covered %}
- {{ one }}
{% endfor %}

{% endif %}
## Categories

{% for one in vars.categories %}
### {{ one.name }} ({{ one.count }} {% if one.count == 1 %}test{% else %}tests{% endif %})

{% for specific in one.specifics %}
- {{ specific }}
{% endfor %}

{% endfor %}
## Acceptance criteria

- [ ] At least {{ vars.tests }} tests
- [ ] At least {{ vars.coverage }} % of the lines of {{ vars.source.file | code }} covered
- [ ] The tests run in at most {{ vars.seconds }} seconds
- [ ] All tests pass
{% if vars.acceptance %}
{% for line in vars.acceptance %}
- [ ] {{ line }}
{% endfor %}
{% endif %}
{% include 'own-criteria' %}

## Instructions

1. Read {{ vars.source.file | code }}{% if vars.pattern %} and {{ vars.pattern.file | code }}{% endif %} before you write a line.
2. {% if vars.output.mode == 'extend' %}Extend{% else %}Create{% endif %} {{ vars.output.file | code }}, a category at a time.
3. After each category run {{ vars.commands.test | code }}, and mend what fails before you go on. A test that shows a mistake of the source is not bent to pass: report it.
4. See each new test fail once: break the line that it tests, run it, put the line back.
5. Measure the coverage with {{ vars.commands.coverage | code }}, and write tests for the lines that are left until the goal is reached.
6. Run everything once more with {{ vars.commands.test | code }}, twice in a row: a test that passes only sometimes does not count.
{% if vars.instructions %}
{% for line in vars.instructions %}
{{ forloop.index | plus: 6 }}. {{ line }}
{% endfor %}
{% endif %}

**Report at the end:** the final number of tests, the coverage in per cent before and after, the seconds that they take, and each mistake of the source that you found.

{% include 'ready' %}
{% include 'paths' %}
{% include 'hand-on' %}
{% include 'judging' %}
{% include 'report' %}
{% include 'stuck' %}
{% include 'rules' %}
`,
};
