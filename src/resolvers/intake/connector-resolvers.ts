import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import {
  Connector,
  ConnectorCreateInput,
  ConnectorPollInput,
  ConnectorPollPayload,
  ConnectorSecretPayload,
} from '../../schema/intake/connector.ts';
import { Right } from '../../schema/right.ts';
import type { Connector as ConnectorRow } from '../../services/intake/connector.ts';
import { createConnector } from '../../services/intake/create-connector.ts';
import { connectorById, listConnectors } from '../../services/intake/read-connectors.ts';
import { rotateConnectorSecret } from '../../services/intake/rotate-connector-secret.ts';
import { setPoll } from '../../services/intake/set-poll.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { OVERLAP_HOURS } from '../overlap-hours.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'connector',
  type: 'Connector',
  load: async ({ scope }, id) => (reachOf(scope.viewer, 'connectors:write') === null ? null : connectorById(scope, id)),
});

@Resolver(() => Connector)
export class ConnectorFields {
  @FieldResolver(() => String, {
    description: 'Path of its hook on this server: where its signed requests go.',
  })
  @Right('connectors:write')
  hookPath(@Root() { dialect, name }: ConnectorRow): string {
    return `/hooks/${dialect}/${name}`;
  }
}

@Resolver()
export class ConnectorQueries {
  @Query(() => [Connector], { description: 'The shops, carriers and tills that tell facts by webhook, by name.' })
  @Right('connectors:write')
  connectors(@Ctx() { scope }: Context): Promise<ConnectorRow[]> {
    return listConnectors(scope);
  }
}

@Resolver()
export class ConnectorMutations {
  @Mutation(() => ConnectorSecretPayload, {
    description:
      'Makes a connector with a hook of its own. Refused: INVALID_INPUT, CONFLICT (the name is taken), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('connectors:write')
  connectorCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => ConnectorCreateInput, { description: 'The connector.' })
    { dialect, name, currency = null, secret = null }: ConnectorCreateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const made = await createConnector(scope, installation, { dialect, name, currency, secret }, key);
      return { connector: await connectorById(scope, made.id), secret: made.secret };
    });
  }

  @Mutation(() => ConnectorSecretPayload, {
    description:
      'Gives a connector another secret. The one until now stays good for a while; one before that is refused at once. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('connectors:write')
  connectorRotateSecret(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The connector, `con_…`.' }) id: string,
    @Arg('secret', () => String, {
      nullable: true,
      description:
        'The secret that the other system signs with from now on, as for `connectorCreate`. Null or absent: we make one.',
    })
    secret: string | null,
    @Arg('overlapHours', () => Int, OVERLAP_HOURS) overlapHours: number,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const input = { id, secret: secret ?? null, overlapHours };
      const changed = await rotateConnectorSecret(scope, installation, input, key);
      return { connector: await connectorById(scope, changed.id), secret: changed.secret };
    });
  }

  @Mutation(() => ConnectorPollPayload, {
    description:
      'Says how a carrier that calls nobody is asked about parcels on their way; or that it is asked no more. Only dialects that can be asked: EASYPOST. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('connectors:write')
  connectorPollSet(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The connector, `con_…`.' }) id: string,
    @Arg('input', () => ConnectorPollInput, { nullable: true, description: 'How. Null or absent: no more.' })
    input: ConnectorPollInput | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const settings = input && { ...input };
    return answer(async () => {
      const act = { mutation: 'connectorPollSet', key, input: { id, settings: settings ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        connector: await setPoll(tx, installation, id, settings ?? null),
      }));
      return { connector: await connectorById(scope, ids.connector) };
    });
  }
}
