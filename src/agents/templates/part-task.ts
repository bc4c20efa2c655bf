/** Parts that say what is to be done, with what, and where. */

const head = `
# {{ task.title }}

{% include 'aim' %}
`;

/** What all work for, and who works. */
const aim = `
{% if campaign.goal %}
The campaign's goal: {{ campaign.goal }}

{% endif %}
{% if role %}
## Your role: {{ role.name }}

{{ role.instructions }}

{% endif %}
`;

const work = `
{% if task.prompt %}
## Task

{{ task.prompt }}

{% endif %}
{% include 'why' %}
`;

const why = `
{% if vars.why or task.context.size > 0 or followers.size > 0 %}
## Context

{% if vars.why %}
{{ vars.why }}

{% endif %}
{% if task.context.size > 0 or followers.size > 0 %}
{% for line in task.context %}
- {{ line }}
{% endfor %}
{% if followers.size > 0 %}
- Others go on from this work: {% for one in followers %}{{ one.task }} ({{ one.title }}){% unless forloop.last %}, {% endunless %}{% endfor %}{% if moreFollowers > 0 %} and {{ moreFollowers }} more{% endif %}.
{% endif %}

{% endif %}
{% endif %}
`;

const ready = `
{% if contracts.size > 0 or drafts.size > 0 %}
## What you build on

{% for one in contracts %}
{% if one.mine %}
- The contract {{ one.name }} of {{ one.author }}: {{ one.files | codes }}. You implement it.{% if one.test %} Your work must pass the contract's test: {{ one.test | code }}.{% endif %} Work to what it says; you are told when it changes.
{% else %}
- The contract {{ one.name }} of {{ one.author }}: {{ one.files | codes }}.{% if one.provider %} {{ one.provider }} implements it.{% endif %}{% if one.mock %} Until that is there, use its mock: {{ one.mock | code }}.{% endif %} Work to what it says; you are told when it changes.
{% endif %}
{% endfor %}
{% for one in drafts %}
- The draft of {{ one }} is in this worktree, or its finished work: take it as a first version.
{% endfor %}

{% endif %}
{% if inputs.size > 0 %}
## What is ready

These tasks are done, and their work is in this worktree. What their agents say of it:

{% for one in inputs %}
- {{ one.task }} ({{ one.title }}): {% if one.said %}{{ one.said }}{% else %}nothing was said.{% endif %}{% if one.cut %} … (whole: {{ one.summaryFile | code }}){% endif %}{% if one.outputFile %} Its output: {{ one.outputFile | code }}.{% endif %}
{% endfor %}
{% if moreInputs > 0 %}
- … and {{ moreInputs }} more, each in a folder of .longhaul/inputs
{% endif %}

{% endif %}
`;

const paths = `
## Paths

{% if task.owns.size > 0 %}
- You own these paths, and may change only them and what nobody owns: {{ task.owns | join: ', ' }}
{% else %}
- Change only what this task needs.
{% endif %}
{% if task.reads.size > 0 %}
- Nobody changes these while you work; read them, and leave them as they are: {{ task.reads | join: ', ' }}
{% endif %}
{% if task.intends.size > 0 %}
- You may change these a little, whoever owns them: {{ task.intends | join: ', ' }}
{% endif %}

{% if intents.size > 0 %}
## Others change the same

These tasks intend to change what you intend to change, before or after you. Keep your change there small, and leave room for theirs.

{% for line in intents %}
- {{ line }}
{% endfor %}

{% endif %}
`;

const handOn = `
{% if feeds.size > 0 %}
## What you hand on

Your output is a list that others work off: it goes into your result, or as JSON into the file \`.longhaul/output.json\`. It is checked when you stop.

{% for feed in feeds %}
- {{ feed }}
{% endfor %}

{% endif %}
{% if outputSchema != '' %}
## The form of what you hand on

It is JSON that fits the schema below. Where you are asked for a structured answer, answer with it; else write it into the file \`.longhaul/output.json\`. It is checked when you stop, and what does not fit comes back to you.

\`\`\`json
{{ outputSchema }}
\`\`\`

{% endif %}
`;

const criteria = `
## Done when

{% if vars.acceptance %}
{% for line in vars.acceptance %}
- [ ] {{ line }}
{% endfor %}
{% endif %}
{% include 'own-criteria' %}

`;

const ownCriteria = `
{% if task.changes == 'required' %}
- [ ] The work is in this worktree: its files differ from what they were.
{% elsif task.changes == 'none' %}
- [ ] No file has changed.
{% endif %}
{% if task.owns.size > 0 %}
- [ ] Nothing has changed that another task owns.
{% endif %}
{% for command in task.verify %}
- [ ] {{ command | code }} passes.
{% endfor %}
{% for name in task.publishes %}
- [ ] The contract {{ name }} is published, and complete.
{% endfor %}
{% if feeds.size > 0 %}
- [ ] The list that you hand on is there, also where it is empty.
{% endif %}
{% if judged %}
- [ ] Your verdict is said.
{% endif %}
- [ ] Your summary says what was done, and what was not.
`;

const checks = `
{% include 'judging' %}
{% include 'instructions' %}
`;

const judging = `
## How it is checked

{% if task.verify.size > 0 %}
- When you stop, these commands must pass: {{ task.verify | codes }}
- They are run by Longhaul in this worktree, whatever you say of them: run them yourself first. Where one fails, you get its output and go on.
{% else %}
- Your work is checked when you stop.
{% endif %}

`;

const instructions = `
{% if vars.instructions %}
## Instructions

{% for line in vars.instructions %}
{{ forloop.index }}. {{ line }}
{% endfor %}

{% endif %}
`;

const rules = `
## Rules

- Work only in the current directory, your own clone of the repository. Others work on other tasks in clones of their own; their work is merged with yours later.
{% if task.changes == 'none' %}
- Change no files: this task only looks and reports. A changed file is an error.
{% else %}
- You may commit, and need not: all that is in the worktree at the end is taken. Do not push, and do not switch branches.
{% endif %}
- Effects outside of this directory (network, databases, ports) are not undone when a turn is lost and done again.
`;

/** All after the work itself, in the usual order. */
const usual = `
{% include 'ready' %}
{% include 'paths' %}
{% include 'hand-on' %}
{% include 'criteria' %}
{% include 'checks' %}
{% include 'report' %}
{% include 'stuck' %}
{% include 'rules' %}
`;

/** A part begins in the line after its opening tick. */
function bare(parts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, text.slice(1)]));
}

export const TASK_PARTS = bare({
  head,
  aim,
  work,
  why,
  ready,
  paths,
  'hand-on': handOn,
  criteria,
  'own-criteria': ownCriteria,
  checks,
  judging,
  instructions,
  rules,
  usual,
});
