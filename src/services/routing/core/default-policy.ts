import type { PolicyDocument } from './policy-document.ts';

/**
 * What holds until somebody says otherwise. A shop that has told nothing of skills gives each task to whoever has been free the longest
 * and knows the customer; one that has, to whoever fits best, and after half a minute to whoever speaks the language.
 */
export const DEFAULT_POLICY_DOCUMENT: Required<Omit<PolicyDocument, '$schema'>> = {
  name: 'default',
  capacity: {
    weight: 1,
    consultation: 1,
    channels: {
      voice: { weight: 'all' },
      email: { weight: 1, yields: true },
      web_form: { weight: 1, yields: true },
      review: { weight: 1, yields: true },
    },
  },
  weights: { skillFit: 60, freePlaces: 25, continuity: 15, idleMinute: 1, waitingMinute: 10 },
  skillsNobodyHas: 'ignore',
  declineSeconds: 120,
  offers: { acceptSeconds: 0, wrapUpSeconds: 0 },
  requirements: [
    { skill: 'language:{value}', signal: 'language', weight: 3 },
    { skill: 'topic:{value}', signal: 'topic', weight: 2 },
    { skill: 'area:{value}', signal: 'areas', weight: 2 },
    { skill: 'channel:{value}', signal: 'channel', weight: 1, isRequired: false },
  ],
  priorities: [
    { when: [{ signal: 'priority', is: ['urgent'] }], minutes: 10 },
    { when: [{ signal: 'priority', is: ['high'] }], minutes: 5 },
    { when: [{ signal: 'priority', is: ['low'] }], minutes: -5 },
    { when: [{ signal: 'sentiment', atMost: -0.5 }], minutes: 2 },
  ],
  reception: [
    { name: 'there is no bot', by: 'person', when: [{ signal: 'has_bot', is: [false] }] },
    { name: 'a call', by: 'person', when: [{ signal: 'channel', is: ['voice'] }] },
    { name: 'urgent', by: 'person', when: [{ signal: 'priority', is: ['urgent'] }] },
    { name: 'angry', by: 'person', when: [{ signal: 'sentiment', atMost: -0.5 }] },
    { name: 'a hard one', by: 'person', when: [{ signal: 'complexity', atLeast: 4 }] },
    { name: 'has waited a minute', by: 'person', when: [{ signal: 'waiting_seconds', atLeast: 60 }] },
    { name: 'came back again', by: 'person', when: [{ signal: 'repeated_contacts', atLeast: 3 }] },
    { name: 'more than one open issue', by: 'person', when: [{ signal: 'open_issues', atLeast: 2 }] },
    { name: 'everything else', by: 'bot' },
  ],
  steps: [
    { name: 'who fits best', afterSeconds: 0 },
    { name: 'who speaks the language', afterSeconds: 30, drop: ['topic', 'area'] },
    { name: 'before five minutes are over', afterSeconds: 180, raisePriorityMinutes: 5 },
    { name: 'offer a callback', afterSeconds: 600, offerCallback: true },
  ],
  escalation: [],
  queues: [{ name: 'everybody' }],
  calendars: {},
  serviceLevels: [{ name: 'everybody', firstResponseSeconds: 300 }],
};
