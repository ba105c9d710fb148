import type { Packet } from './shapes.ts';
import { Value } from './value.tsx';
import { capital, channelName, inWords, languageName, monthOf } from './words.ts';

export function ProfileHead({ packet: { profile, identities, version } }: { packet: Packet }) {
  return (
    <header className="profile">
      <h2>
        <Value path="profile/displayName">{profile.displayName ?? 'Unknown visitor'}</Value>
      </h2>
      <p className="version">
        Packet version <Value path="version">{version}</Value>
      </p>
      <dl className="facts-row">
        {profile.language !== null && (
          <div>
            <dt>Language</dt>
            <dd>
              <Value path="profile/language">{languageName(profile.language)}</Value>
            </dd>
          </div>
        )}
        {profile.preferredChannel !== null && (
          <div>
            <dt>Prefers</dt>
            <dd>
              <Value path="profile/preferredChannel">{channelName(profile.preferredChannel)}</Value>
            </dd>
          </div>
        )}
        <div>
          <dt>Customer since</dt>
          <dd>{monthOf(profile.customerSince)}</dd>
        </div>
        {identities.map(({ kind, value, verified }) => (
          <div key={`${kind}:${value}`}>
            <dt>{capital(inWords(kind))}</dt>
            <dd>
              <Value path={`identities/${value}/value`}>{value}</Value>
              {verified && <span className="verified"> verified</span>}
            </dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
