-- Every entity table tells `history` what changed, field by field. Who changed it, from where, when it happened and
-- when we knew comes from the setting success_vector.origin, which `plugin.store.records` gives with each statement.

CREATE FUNCTION success_vector_origin(table_name text) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    origin text := current_setting('success_vector.origin', true);
BEGIN
    IF origin IS NULL OR origin = '' THEN
        RAISE EXCEPTION 'a write to % has no origin', table_name
            USING HINT = 'Write through plugin.store.records, which takes an Origin.';
    END IF;
    RETURN origin::jsonb;
END
$$;

CREATE FUNCTION success_vector_inserted() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    origin jsonb := success_vector_origin(TG_TABLE_NAME);
BEGIN
    INSERT INTO history (entity, record_id, field, old, new, who, source, happened_at, known_at)
    SELECT TG_TABLE_NAME, after.id, field.key, NULL, field.value,
           origin ->> 'who', origin ->> 'source',
           (origin ->> 'happened_at')::timestamptz, (origin ->> 'known_at')::timestamptz
    FROM new_rows AS after
    CROSS JOIN LATERAL jsonb_each(to_jsonb(after) - ARRAY['id', 'created_at', 'updated_at']) AS field
    WHERE field.value <> 'null'::jsonb;
    PERFORM set_config('success_vector.origin', '', true);
    RETURN NULL;
END
$$;

CREATE FUNCTION success_vector_updated() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    origin jsonb := success_vector_origin(TG_TABLE_NAME);
BEGIN
    INSERT INTO history (entity, record_id, field, old, new, who, source, happened_at, known_at)
    SELECT TG_TABLE_NAME, after.id, field.key,
           nullif(to_jsonb(before) -> field.key, 'null'::jsonb), nullif(field.value, 'null'::jsonb),
           origin ->> 'who', origin ->> 'source',
           (origin ->> 'happened_at')::timestamptz, (origin ->> 'known_at')::timestamptz
    FROM new_rows AS after
    JOIN old_rows AS before USING (id)
    CROSS JOIN LATERAL jsonb_each(to_jsonb(after) - ARRAY['id', 'created_at', 'updated_at']) AS field
    WHERE field.value IS DISTINCT FROM to_jsonb(before) -> field.key;
    PERFORM set_config('success_vector.origin', '', true);
    RETURN NULL;
END
$$;

CREATE FUNCTION success_vector_not_deleted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'records of % are never deleted, they get a tombstone', TG_TABLE_NAME
        USING HINT = 'Use plugin.store.records.delete.';
END
$$;

CREATE PROCEDURE success_vector_keep_history(entity text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER history_of_inserts AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION success_vector_inserted()', entity);
    EXECUTE format(
        'CREATE TRIGGER history_of_updates AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION success_vector_updated()', entity);
    EXECUTE format(
        'CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION success_vector_not_deleted()', entity);
END
$$;

CALL success_vector_keep_history('coverage_segment');
CALL success_vector_keep_history('expansion_offer');
CALL success_vector_keep_history('member');
CALL success_vector_keep_history('desired_outcome');
CALL success_vector_keep_history('requirement');
CALL success_vector_keep_history('milestone');
CALL success_vector_keep_history('accountability');
CALL success_vector_keep_history('reading');
CALL success_vector_keep_history('engagement');
CALL success_vector_keep_history('context_event');
CALL success_vector_keep_history('dues_history');
CALL success_vector_keep_history('vector_snapshot');
