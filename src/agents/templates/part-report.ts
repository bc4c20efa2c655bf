/** Parts that say how an agent tells what it has done, found or needs. */

const report = `## How to report

{% if mcp %}
{% include 'report-tools' %}
{% endif %}
{% for name in task.publishes %}
- Others wait for the contract {{ name }}. As soon as its files are ready, publish them: write the file \`.longhaul/contract.json\` with \`{"name": "{{ name }}", "version": "…", "files": ["…"], "note": "…"}\` and go on.
{% endfor %}
{% if followers.size > 0 %}
- Your summary is shown to those who go on from your work ({% for one in followers %}{{ one.task }}{% unless forloop.last %}, {% endunless %}{% endfor %}{% if moreFollowers > 0 %}, others{% endif %}). Data that they need goes as JSON into the file \`.longhaul/output.json\`.
{% endif %}
{% if judged %}
- Say your verdict: write the file \`.longhaul/review.json\` with \`{"approve": true, "findings": []}\`, or with false and a text for each finding that has to be mended (20 at most, 300 characters each).
{% endif %}
{% if proposals.then %}
- Work that turns out to be needed and is not yours can become tasks of their own: write \`.longhaul/propose.json\` with \`{"why": "…", "tasks": [{"id": "…", "title": "…", "prompt": "…", "owns": ["src/…/**"], "needs": ["…"]}]}\`, at most {{ proposals.most }}, each written as in a campaign file, without {{ proposals.without | codes }}; it vanishes. {{ proposals.then }}, and you go on with your own task.
{% endif %}
- When you are done, end with a short summary of what you did.

`;

/** For agents that have Longhaul's MCP tools; what they can't say by them, they say by files. */
const reportTools = `- The MCP server \`longhaul\` is there for you: where one of its tools says what you want to say, call it in place of writing a file.
`;

const stuck = `## When you are stuck

- Nobody answers questions while you work. Where you can not go on without a person, write the file \`.longhaul/blocker.json\` with \`{{ forms.blocker }}\` and stop; you will be resumed with the answer. Say in it what you tried, and which answers you can think of.
- Where others may be changing the same paths, you can ask for them before you do: write \`.longhaul/lock.json\` with \`{"id": "k1", "paths": ["src/a/**"], "mode": "exclusive|shared|intent", "reason": "…", "wait": true}\`; it vanishes, and the answer is a line in the file that \`LONGHAUL_INBOX\` names: granted, queued (the grant comes later) or denied. With \`"wait": "end"\` stop then: you are resumed once it is yours, with what others merged. Give it back with \`.longhaul/release.json\`: \`{"id": "k1", "changesMade": false}\`.
- What is wrong and not yours to mend (a contract, another's code, a check that can't pass) goes into your summary; do not work around it.

`;

const interrupted = `Continue. You were interrupted in the middle of this turn. What you wrote is still in the worktree; effects outside of it (network, databases, ports) may have happened already: look before you do them again.

`;

const markers = 'resolve conflict markers (<<<<<<<, =======, >>>>>>>) where there are any';

export const REPORT_PARTS: Readonly<Record<string, string>> = {
  report,
  'report-tools': reportTools,
  stuck,
  interrupted,
  markers,
};
