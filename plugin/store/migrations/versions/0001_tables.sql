-- The first tables. What lies here never changes; a later revision alters it.

CREATE SEQUENCE due_mark;

CREATE TABLE coverage_segment (
    id UUID NOT NULL,
    name TEXT,
    model TEXT,
    hours_per_member_month DOUBLE PRECISION,
    playbook TEXT,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT coverage_segment_pkey PRIMARY KEY (id)
);

CREATE TABLE expansion_offer (
    id UUID NOT NULL,
    name TEXT,
    kind TEXT,
    yearly_value NUMERIC(18, 2),
    active BOOLEAN,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT expansion_offer_pkey PRIMARY KEY (id)
);

CREATE TABLE member (
    id UUID NOT NULL,
    name TEXT,
    kind TEXT,
    joined_on DATE,
    paid_through DATE,
    ended_on DATE,
    owner TEXT,
    coverage_segment UUID,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT member_pkey PRIMARY KEY (id)
);
CREATE INDEX member_coverage_segment_idx ON member (coverage_segment);

CREATE TABLE desired_outcome (
    id UUID NOT NULL,
    name TEXT,
    member UUID,
    objective TEXT,
    baseline TEXT,
    starts_on DATE,
    due_on DATE,
    closed_on DATE,
    closed_reason TEXT,
    confirmed_on DATE,
    confirmed_by TEXT,
    priority DOUBLE PRECISION,
    supersedes UUID,
    template TEXT,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT desired_outcome_pkey PRIMARY KEY (id)
);
CREATE INDEX desired_outcome_member_idx ON desired_outcome (member);
CREATE INDEX desired_outcome_supersedes_idx ON desired_outcome (supersedes);

CREATE TABLE requirement (
    id UUID NOT NULL,
    desired_outcome UUID,
    kind TEXT,
    description TEXT,
    essential BOOLEAN,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT requirement_pkey PRIMARY KEY (id)
);
CREATE INDEX requirement_desired_outcome_idx ON requirement (desired_outcome);

CREATE TABLE milestone (
    id UUID NOT NULL,
    name TEXT,
    desired_outcome UUID,
    type TEXT,
    weight DOUBLE PRECISION,
    first_due_on DATE,
    due_on DATE,
    achieved_on DATE,
    reversed_on DATE,
    metric_name TEXT,
    metric_baseline DOUBLE PRECISION,
    metric_target DOUBLE PRECISION,
    carried_credit DOUBLE PRECISION,
    inside_offering BOOLEAN,
    evidence_source TEXT,
    expansion_offer UUID,
    advocacy_ask TEXT,
    advocacy_level INTEGER,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT milestone_pkey PRIMARY KEY (id)
);
CREATE INDEX milestone_desired_outcome_idx ON milestone (desired_outcome);
CREATE INDEX milestone_expansion_offer_idx ON milestone (expansion_offer);

CREATE TABLE accountability (
    id UUID NOT NULL,
    name TEXT,
    desired_outcome UUID,
    milestone UUID,
    party TEXT,
    agreed_on DATE,
    due_on DATE,
    done_on DATE,
    consequence TEXT,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT accountability_pkey PRIMARY KEY (id)
);
CREATE INDEX accountability_desired_outcome_idx ON accountability (desired_outcome);
CREATE INDEX accountability_milestone_idx ON accountability (milestone);

CREATE TABLE reading (
    id UUID NOT NULL,
    desired_outcome UUID,
    milestone UUID,
    requirement UUID,
    read_on DATE,
    value DOUBLE PRECISION,
    state TEXT,
    note TEXT,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT reading_pkey PRIMARY KEY (id)
);
CREATE INDEX reading_desired_outcome_idx ON reading (desired_outcome);
CREATE INDEX reading_milestone_idx ON reading (milestone);
CREATE INDEX reading_requirement_idx ON reading (requirement);

CREATE TABLE engagement (
    id UUID NOT NULL,
    member UUID,
    subject TEXT,
    direction TEXT,
    channel TEXT,
    happened_on DATE,
    milestone UUID,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT engagement_pkey PRIMARY KEY (id)
);
CREATE INDEX engagement_member_idx ON engagement (member);
CREATE INDEX engagement_milestone_idx ON engagement (milestone);

CREATE TABLE context_event (
    id UUID NOT NULL,
    member UUID,
    kind TEXT,
    happened_on DATE,
    description TEXT,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT context_event_pkey PRIMARY KEY (id)
);
CREATE INDEX context_event_member_idx ON context_event (member);

CREATE TABLE dues_history (
    id UUID NOT NULL,
    member UUID,
    period_start DATE,
    period_end DATE,
    amount NUMERIC(18, 2),
    recorded_on DATE,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT dues_history_pkey PRIMARY KEY (id)
);
CREATE INDEX dues_history_member_idx ON dues_history (member);

CREATE TABLE vector_snapshot (
    id UUID NOT NULL,
    member UUID,
    taken_on DATE,
    status TEXT,
    score DOUBLE PRECISION,
    score_low DOUBLE PRECISION,
    direction DOUBLE PRECISION,
    magnitude DOUBLE PRECISION,
    pace DOUBLE PRECISION,
    progress DOUBLE PRECISION,
    definition_version INTEGER,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    deleted_at TIMESTAMPTZ,
    CONSTRAINT vector_snapshot_pkey PRIMARY KEY (id)
);
CREATE INDEX vector_snapshot_member_idx ON vector_snapshot (member);

CREATE TABLE member_calculated (
    member_id UUID NOT NULL,
    vector_status TEXT,
    status_reason TEXT,
    score DOUBLE PRECISION,
    score_low DOUBLE PRECISION,
    direction DOUBLE PRECISION,
    magnitude DOUBLE PRECISION,
    pace DOUBLE PRECISION,
    progress DOUBLE PRECISION,
    known_requirements DOUBLE PRECISION,
    stale BOOLEAN,
    success_gap TEXT,
    success_gap_since DATE,
    next_milestone TEXT,
    next_milestone_due DATE,
    expansion_flag TEXT,
    expansion_offer_name TEXT,
    expansion_value NUMERIC(18, 2),
    expansion_reason TEXT,
    expansion_since DATE,
    advocacy_flag TEXT,
    advocacy_ask TEXT,
    advocacy_reason TEXT,
    intervention_flag TEXT,
    intervention_reason TEXT,
    next_step TEXT,
    next_step_by DATE,
    explanation TEXT,
    scored_as_of DATE,
    definition_version INTEGER,
    updated_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT member_calculated_pkey PRIMARY KEY (member_id)
);

CREATE TABLE systems (
    system TEXT NOT NULL,
    org_id TEXT NOT NULL,
    org_name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    pinned_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    first_sync_completed_at TIMESTAMPTZ,
    polled_at TIMESTAMPTZ,
    rescored_on DATE,
    calls_used INTEGER,
    calls_limit INTEGER,
    usage_at TIMESTAMPTZ,
    CONSTRAINT systems_pkey PRIMARY KEY (system)
);

CREATE TABLE cursors (
    system TEXT NOT NULL,
    object TEXT NOT NULL,
    stamp TIMESTAMPTZ NOT NULL,
    last_id TEXT NOT NULL,
    moved_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT cursors_pkey PRIMARY KEY (system, object)
);

CREATE TABLE links (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    system TEXT NOT NULL,
    object TEXT NOT NULL,
    external_id TEXT,
    entity TEXT NOT NULL,
    record_id UUID NOT NULL,
    shadow JSONB DEFAULT '{}'::jsonb NOT NULL,
    sent JSONB,
    sent_at TIMESTAMPTZ,
    sent_guarded BOOLEAN DEFAULT 'false' NOT NULL,
    push_ended_at TIMESTAMPTZ,
    written JSONB DEFAULT '{}'::jsonb NOT NULL,
    stamp TIMESTAMPTZ,
    modified_at TIMESTAMPTZ,
    read_at TIMESTAMPTZ,
    state TEXT DEFAULT 'active' NOT NULL,
    quarantined JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT links_pkey PRIMARY KEY (id),
    CONSTRAINT links_state_check CHECK (state IN ('creating', 'active', 'suspended', 'deleted')),
    CONSTRAINT links_system_external_id_key UNIQUE (system, external_id)
);
CREATE INDEX links_record_idx ON links (entity, record_id, system);

CREATE TABLE due (
    stage TEXT NOT NULL,
    system TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    mark BIGINT DEFAULT nextval('due_mark') NOT NULL,
    lane SMALLINT NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    due_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    marked_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    correlation TEXT,
    error TEXT,
    waits_for TEXT,
    CONSTRAINT due_pkey PRIMARY KEY (stage, system, object, record_id),
    CONSTRAINT due_stage_check CHECK (stage IN ('fetch', 'score', 'push'))
);
CREATE INDEX due_next_idx ON due (stage, system, lane, due_at);
CREATE INDEX due_waits_for_idx ON due (system, waits_for) WHERE waits_for IS NOT NULL;

CREATE TABLE dead_letters (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    stage TEXT NOT NULL,
    system TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    code TEXT,
    their_words TEXT,
    our_words TEXT NOT NULL,
    count INTEGER DEFAULT '1' NOT NULL,
    first_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    last_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    correlation TEXT,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (id),
    CONSTRAINT dead_letters_stage_system_object_record_id_key UNIQUE (stage, system, object, record_id)
);

CREATE TABLE history (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    entity TEXT NOT NULL,
    record_id UUID NOT NULL,
    field TEXT NOT NULL,
    "old" JSONB,
    "new" JSONB,
    who TEXT NOT NULL,
    source TEXT NOT NULL,
    happened_at TIMESTAMPTZ NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT history_pkey PRIMARY KEY (id)
);
CREATE INDEX history_field_idx ON history (entity, record_id, field, happened_at, id);
