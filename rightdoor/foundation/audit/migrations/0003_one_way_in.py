"""The one way into the trail: two functions of the tables' owner. The serving role may call them and nothing else."""

from django.db import migrations

# The transaction takes its number before the event takes its id. The sealer relies on that order: once every
# transaction that was under way has ended, no smaller id can still turn up.
# Typed text holds blanks or letters with accents sooner or later: the second fence behind details.py.
_WRITE = """
CREATE FUNCTION audit_write(
    at timestamptz, actor text, actor_agency text, session text, verb text, kind text, code text, subject text,
    holder text, classes text[], basis text, outcome text, request_id text, details jsonb
) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    made bigint;
BEGIN
    IF concat_ws('', actor, actor_agency, session, verb, kind, code, subject, holder, basis, outcome, request_id)
       ~ '[^A-Za-z0-9_.:/-]' OR actor = '' OR verb = '' OR outcome = '' THEN
        RAISE EXCEPTION 'an event holds codes and choices only' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM pg_current_xact_id();
    INSERT INTO public.audit_auditevent (id, at, actor, actor_agency, session, verb, kind, code, subject, holder,
                                         classes, basis, outcome, request_id, details)
    VALUES (nextval('public.audit_auditevent_id_seq'), at, actor, actor_agency, session, verb, kind, code, subject,
            holder, classes, basis, outcome, request_id, details)
    RETURNING id INTO made;
    RETURN made;
END
$function$;
REVOKE ALL ON FUNCTION audit_write(timestamptz, text, text, text, text, text, text, text, text, text[], text, text,
                                   text, jsonb) FROM PUBLIC;
"""

_SEAL = """
CREATE FUNCTION audit_seal(
    number bigint, first_id bigint, last_id bigint, count integer, ids bigint[], leaves bytea, root text,
    previous text, sealed_at timestamptz, key text, signature text
) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    before record;
    made bigint;
BEGIN
    SELECT b.number, b.last_id INTO before FROM public.audit_auditbatch b ORDER BY b.number DESC LIMIT 1;
    IF number <> coalesce(before.number, 0) + 1 OR first_id <> coalesce(before.last_id, 0) + 1 OR last_id < first_id
       OR count <> cardinality(ids) OR octet_length(leaves) <> 32 * count THEN
        RAISE EXCEPTION 'a batch follows the batch before it' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.audit_auditbatch (number, first_id, last_id, count, ids, leaves, root, previous, sealed_at,
                                         key, signature)
    VALUES (number, first_id, last_id, count, ids, leaves, root, previous, sealed_at, key, signature)
    RETURNING id INTO made;
    RETURN made;
END
$function$;
REVOKE ALL ON FUNCTION audit_seal(bigint, bigint, bigint, integer, bigint[], bytea, text, text, timestamptz, text,
                                  text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_readings")]

    operations = [
        migrations.RunSQL(_WRITE, "DROP FUNCTION audit_write"),
        migrations.RunSQL(_SEAL, "DROP FUNCTION audit_seal"),
    ]
