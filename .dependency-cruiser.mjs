/** Who may import whom: the layers, the ladder of the services and the fences, as the architecture page tells them. */
const LAYERS = {
  values: [],
  database: ['values'],
  services: ['database', 'values'],
  channels: ['values'],
  connectors: ['values'],
  live: ['services', 'channels', 'connectors', 'database', 'values'],
  // The whole database into a directory and back; a command starts it, no server knows it.
  backup: ['database', 'values'],
  // Sets of files into the services, as a connector would hand them in; a command starts it, no server knows it.
  import: ['services', 'channels', 'connectors', 'database', 'values'],
  // Who is who, over files and over the database; a command starts it, no server knows it.
  identity: ['import', 'services', 'database', 'values'],
  // Several processes as one server; main.ts starts it, and what serves knows its siblings by an interface only.
  processes: ['database', 'values'],
  schema: ['values'],
  resolvers: ['schema', 'services', 'live', 'values'],
  demo: ['services', 'database', 'values'],
  execution: ['resolvers', 'schema', 'services', 'values'],
  server: [
    ...['execution', 'resolvers', 'schema', 'live', 'channels', 'connectors'],
    ...['services', 'database', 'values'],
  ],
};

/** Bottom to top: a domain calls only those before it. */
const LADDER = [
  ...['events', 'access', 'customers', 'privacy', 'inventory', 'activity', 'conversations', 'orders', 'partners'],
  ...['segments', 'routing', 'knowledge', 'alerts', 'figures', 'context', 'intake', 'persons'],
];

const FENCES = {
  postgres: ['database', 'services'],
  'drizzle-orm': ['database', 'services'],
  'type-graphql': ['schema', 'resolvers', 'execution'],
  '@apollo/server': ['server'],
  '@as-integrations/fastify': ['server'],
  fastify: ['server'],
  'graphql-ws': ['server'],
  'graphql-sse': ['server'],
  ws: ['server'],
  '@nats-io': ['live/nats'],
  undici: ['channels/outbound'],
  nodemailer: ['channels/senders'],
};

/** These two also know the shapes of the services, as types that vanish when the code runs. */
const KNOW_SHAPES = ['channels', 'connectors'];

const layer = ([name, below]) => ({
  name: `${name}-looks-down`,
  severity: 'error',
  comment: `${name} may import only ${below.join(', ') || 'nothing of ours'}. Move the shared word down into a layer below, or hand the thing in as an argument; never turn the import upwards.`,
  from: { path: `^src/${name}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[name, ...below, ...(KNOW_SHAPES.includes(name) ? ['services'] : [])].join('|')})/`,
  },
});

const shapesOnly = (name) => ({
  name: `${name}-knows-shapes-only`,
  severity: 'error',
  comment: `${name} translates words and calls no service. Write "import type", and let the caller in server or live do the call.`,
  from: { path: `^src/${name}/` },
  to: { path: '^src/services/', dependencyTypesNot: ['type-only'] },
});

const rung = (name, index) => ({
  name: `services-${name}-stays-on-its-rung`,
  severity: 'error',
  comment: `services/${name} may not call the domains above it. Record a fact that they read, or move the use case up to the domain that needs both.`,
  from: { path: `^src/services/${name}/` },
  to: { path: `^src/services/(${LADDER.slice(index + 1).join('|')})/` },
});

const fence = ([name, rooms]) => ({
  name: `${name.replace(/\W+/g, '-').replace(/^-/, '')}-stays-in-${rooms.join('-and-')}`,
  severity: 'error',
  comment: `Only ${rooms.join(', ')} may import ${name}. Ask for what it gives through a function of that room.`,
  from: { path: '^src/', pathNot: `^src/(${rooms.join('|')})/` },
  to: { path: `(^|/)node_modules/${name}/` },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one thing or three: move what both need into a file of its own.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-domain-has-its-rung',
      severity: 'error',
      comment:
        'This folder of services has no place on the ladder. Use one of the domain words there, or add the new one to LADDER.',
      from: { path: `^src/services/(?!(${LADDER.join('|')})/)[^/]+/` },
      to: {},
    },
    {
      name: 'source-stands-alone',
      severity: 'error',
      comment:
        'src is what runs in production: it may not import tests, benches, scripts, examples or the pages. Move the shared part into src.',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts|examples|web)/' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      comment: 'This import leads nowhere. Correct the path (with .ts), or add the package.',
      from: {},
      to: { couldNotResolve: true },
    },
    ...Object.entries(LAYERS).map(layer),
    ...KNOW_SHAPES.map(shapesOnly),
    ...LADDER.slice(0, -1).map(rung),
    ...Object.entries(FENCES).map(fence),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
