/** What is new in a turn after the first. */
import type { TemplateText } from './template-text.js';

export const TURN: TemplateText = {
  name: 'turn',
  version: 1,
  text: `{% if again %}
{% include 'interrupted' %}
{% endif %}
{% case ask %}
{% when 'task' %}
{% if evidence %}
# The attempt before this one failed

{{ evidence | fenced }}

{% endif %}
{% when 'continue' %}
{% unless again %}
{% include 'interrupted' %}
{% endunless %}
{% if evidence %}
{{ evidence | fenced }}

{% endif %}
{% when 'rejected' %}
# Your last turn was rejected

What you wrote is still in this worktree: correct it there.

{% if evidence %}
{{ evidence | fenced }}

{% endif %}
{% when 'answer' %}
# A person answered your blocker. Go on with the task.

{% when 'lock' %}
# About the lock that you waited for

What others have merged meanwhile is in this worktree now; {% include 'markers' %}. Go on with the task.

{% when 'conflict' %}
# Merging your work found conflicts

The work of others was merged into this worktree. Resolve every conflict marker (<<<<<<<, =======, >>>>>>>) in the files below so that both sides keep their meaning, and see that the checks pass.

{% if evidence %}
{{ evidence | fenced }}

{% endif %}
{% when 'mend' %}
# Your contract was not approved

What you published was reviewed, and the note says what was found. Mend it in this worktree and publish it again with a new version; where a finding is wrong, let the contract itself say why. It is reviewed again.

{% when 'adapt' %}
{% if judged %}
# A new version of the contract is in your worktree

Judge it as it is now, all of it, also where you approved of the one before. Where you had found something, look whether that is mended.

{% else %}
# The work of others is in your worktree now

You had done your work without it. Look at what was merged in (\`git log\`, \`git diff\`), adapt your work to it, {% include 'markers' %} so that both sides keep their meaning, and see that the checks pass. Where nothing needs to change, change nothing.

{% endif %}
{% when 'changed' %}
# The campaign was changed while you worked, or after you had ended

The whole task, as it is now, stands below. What you did before is in this worktree, and so is what others have merged: look at it first, keep what still fits, and change what does not. Where there are conflict markers (<<<<<<<, =======, >>>>>>>), resolve them.

{% endcase %}
{% if note %}
{% if ask == 'answer' %}
## The answer
{% else %}
## Note
{% endif %}

{{ note }}

{% endif %}
{% if locks.size > 0 %}
## Your locks

{% for one in locks %}
{% if one.held %}
- You hold {{ one.paths | codes }} ({{ one.mode }}, lock {{ one.id }}).
{% else %}
- You have asked for {{ one.paths | codes }} ({{ one.mode }}, lock {{ one.id }}), and do not have it yet.
{% endif %}
{% endfor %}

{% endif %}
{% if blockerFault %}
## Your blocker file

The \`.longhaul/blocker.json\` that you left {{ blockerFault }}. A person was shown its text as it was. The next time, write one JSON object: \`{{ forms.blocker }}\`.

{% endif %}
`,
};
