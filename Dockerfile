# The gateway, for production. See docs/operations.md.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json

FROM node:24-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Fairlead" \
      org.opencontainers.image.description="A self-hosted gateway in front of Meta's WhatsApp Cloud API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
ENV NODE_ENV=production FAIRLEAD_HOST=0.0.0.0 FAIRLEAD_DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force
COPY LICENSE NOTICE ./
COPY bin bin
COPY --from=build /app/dist dist
# What the process writes is in /data alone; the program belongs to root.
RUN install -d -m 700 -o node -g node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "bin/health.mjs"]
# Node itself is the first process, so that it gets the signal to stop; it needs up to 30 s, see docs/operations.md.
STOPSIGNAL SIGTERM
CMD ["node", "bin/fairlead.mjs", "serve"]
