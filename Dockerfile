# The worker and the command line, with git and Claude Code. Add what your repositories' tests need.
FROM node:22.20.0-bookworm-slim AS package
WORKDIR /source
COPY . .
RUN npm ci && npm pack --pack-destination /

FROM node:22.20.0-bookworm-slim
# Programs of agents, as npm packages; empty for none.
ARG AGENTS=@anthropic-ai/claude-code@2.1.329
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git openssh-client procps \
 && rm -rf /var/lib/apt/lists/*
COPY --from=package /longhaul-*.tgz /tmp/
RUN npm install --global /tmp/longhaul-*.tgz $AGENTS && rm /tmp/longhaul-*.tgz \
 && mkdir -p /longhaul/user && chown -R node:node /longhaul
COPY docker/worker-health.mjs /usr/local/lib/longhaul/
USER node
# Agents keep logins and sessions in their user's folder: on the volume, so that each worker can go on with a session.
ENV LONGHAUL_HOME=/longhaul HOME=/longhaul/user
WORKDIR /longhaul
VOLUME /longhaul
CMD ["longhaul", "worker"]
