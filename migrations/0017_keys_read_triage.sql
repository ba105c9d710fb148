-- Topic, kind of issue, priority and tags ask a right of their own by now: keys that read them keep it, those of customers do not. Locks the keys it changes.
update api_keys set scopes = scopes || '{triage:read}'
where role in ('admin', 'supervisor', 'agent', 'bot', 'integration') and 'conversations:read' = any (scopes) and not 'triage:read' = any (scopes);
