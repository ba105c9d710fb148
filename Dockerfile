# syntax=docker/dockerfile:1
# One image for serving, migrating and the commands: `docker build -t punos .`. compose.yml gives it a PostgreSQL. Without a DATABASE_URL
# it makes its embedded one in /data: `docker run --init -p 4000:4000 -v punos:/data punos`.

FROM node:24-trixie-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts
RUN npm ci
COPY . .
RUN npm run build:web

FROM node:24-trixie-slim AS serve
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts ./scripts
RUN npm ci --omit=dev && npm cache clean --force && mkdir /data && chown node:node /data
COPY tsconfig.json ./
COPY migrations ./migrations
COPY src ./src
COPY --from=build /app/web/dist ./web/dist
# Translates all of it once; the user of the container could not keep the result.
RUN node --import ./scripts/typescript.mjs --eval "import('/app/src/app.ts')"
USER node
VOLUME /data
EXPOSE 4000
# Anybody may ask for health; a server that stops answers 503 first, so that a balancer leaves it in time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./scripts/typescript.mjs", "src/main.ts"]
