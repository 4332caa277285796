-- The first tables, as PostgreSQL wrote them; never edited: what changes later is a migration of its own.

CREATE TABLE accounts (
    account_id VARCHAR(64) NOT NULL,
    customer_id VARCHAR(64) NOT NULL,
    product_id VARCHAR(64) NOT NULL,
    family VARCHAR(32) NOT NULL,
    branch_id VARCHAR(64) NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE,
    status VARCHAR(16) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    rate FLOAT,
    term_months INTEGER,
    matures_on DATE,
    "limit" BIGINT,
    balance BIGINT,
    balance_on DATE,
    holders JSONB NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (account_id)
);

CREATE INDEX ix_accounts_customer_id ON accounts (customer_id);

CREATE TABLE audit_head (
    one SERIAL NOT NULL,
    sequence BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (one)
);

CREATE TABLE audit_log (
    sequence BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor VARCHAR(64) NOT NULL,
    action VARCHAR(64) NOT NULL,
    object_kind VARCHAR(32) NOT NULL,
    object_id VARCHAR(128),
    detail JSONB NOT NULL,
    address VARCHAR(64),
    previous_hash VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (sequence)
);

CREATE INDEX ix_audit_log_actor ON audit_log (actor);

CREATE INDEX ix_audit_log_at ON audit_log (at);

CREATE INDEX ix_audit_log_object ON audit_log (object_kind, object_id);

CREATE INDEX ix_audit_log_who ON audit_log (actor, action, sequence);

CREATE TABLE batches (
    batch_id SERIAL NOT NULL,
    source VARCHAR(64) NOT NULL,
    bank VARCHAR(128),
    business_date DATE,
    content_hash VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    counts BOOLEAN DEFAULT false NOT NULL,
    folder TEXT,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by VARCHAR(64) NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE,
    changed_by VARCHAR(64),
    rows_in BIGINT DEFAULT '0' NOT NULL,
    rows_loaded BIGINT DEFAULT '0' NOT NULL,
    rows_rejected BIGINT DEFAULT '0' NOT NULL,
    rows_duplicate BIGINT DEFAULT '0' NOT NULL,
    sentence TEXT,
    detail JSONB,
    CONSTRAINT pk_batches PRIMARY KEY (batch_id),
    CONSTRAINT ck_batches_balanced CHECK (rows_in = rows_loaded + rows_rejected + rows_duplicate),
    CONSTRAINT ck_batches_state CHECK (state in ('receiving','loaded','refused','failed','rolled_back')),
    CONSTRAINT ck_batches_counts CHECK (not counts or state = 'loaded')
);

CREATE UNIQUE INDEX uq_batches_content ON batches (content_hash) WHERE state in ('receiving','loaded','rolled_back');

CREATE TABLE branch_months (
    month DATE NOT NULL,
    branch_id VARCHAR(64) NOT NULL,
    manager_id VARCHAR(64) NOT NULL,
    branch_path VARCHAR(512) COLLATE "C" NOT NULL,
    customers INTEGER NOT NULL,
    customers_active INTEGER NOT NULL,
    customers_new INTEGER NOT NULL,
    customers_lost INTEGER NOT NULL,
    aum BIGINT NOT NULL,
    deposits BIGINT NOT NULL,
    deposits_average BIGINT NOT NULL,
    loans BIGINT NOT NULL,
    loans_overdue BIGINT NOT NULL,
    loans_npl BIGINT NOT NULL,
    loans_special_mention BIGINT NOT NULL,
    inflow BIGINT NOT NULL,
    outflow BIGINT NOT NULL,
    fees BIGINT NOT NULL,
    products_held INTEGER NOT NULL,
    movements INTEGER NOT NULL,
    movements_own INTEGER NOT NULL,
    movements_digital INTEGER NOT NULL,
    complaints INTEGER NOT NULL,
    CONSTRAINT pk_branch_months PRIMARY KEY (month, branch_id, manager_id)
);

CREATE INDEX ix_branch_months_path ON branch_months (branch_path, month);

CREATE TABLE branches (
    branch_id VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    parent_id VARCHAR(64),
    level INTEGER NOT NULL,
    city VARCHAR(64),
    province VARCHAR(64),
    path VARCHAR(512) COLLATE "C" NOT NULL,
    CONSTRAINT pk_branches PRIMARY KEY (branch_id)
);

CREATE INDEX ix_branches_parent_id ON branches (parent_id);

CREATE INDEX ix_branches_path ON branches (path);

CREATE TABLE cards (
    card_id VARCHAR(64) NOT NULL,
    account_id VARCHAR(64) NOT NULL,
    customer_id VARCHAR(64) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    level VARCHAR(32),
    issued_on DATE,
    expires_on DATE,
    "limit" BIGINT,
    CONSTRAINT pk_cards PRIMARY KEY (card_id)
);

CREATE INDEX ix_cards_customer_id ON cards (customer_id);

CREATE TABLE customer_months (
    customer_id VARCHAR(64) NOT NULL,
    month DATE NOT NULL,
    aum BIGINT,
    deposits BIGINT,
    loans BIGINT,
    inflow BIGINT NOT NULL,
    outflow BIGINT NOT NULL,
    own_movements INTEGER NOT NULL,
    CONSTRAINT pk_customer_months PRIMARY KEY (customer_id, month)
);

CREATE TABLE customer_terms (
    kind VARCHAR(8) COLLATE "C" NOT NULL,
    term VARCHAR(64) COLLATE "C" NOT NULL,
    place INTEGER NOT NULL,
    CONSTRAINT pk_customer_terms PRIMARY KEY (kind, term, place)
);

CREATE TABLE customers (
    customer_id VARCHAR(64) NOT NULL,
    place INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    name VARCHAR(256),
    gender VARCHAR(8),
    birth_date DATE,
    id_type VARCHAR(64),
    id_number VARCHAR(64),
    phone VARCHAR(32),
    email VARCHAR(128),
    address TEXT,
    city VARCHAR(64),
    education VARCHAR(64),
    occupation VARCHAR(64),
    marital_status VARCHAR(32),
    annual_income BIGINT,
    risk_preference VARCHAR(2),
    opened_on DATE,
    branch_id VARCHAR(64) NOT NULL,
    branch_path VARCHAR(512) COLLATE "C" NOT NULL,
    manager_id VARCHAR(64),
    do_not_contact BOOLEAN,
    uscc VARCHAR(32),
    industry VARCHAR(32),
    registered_capital BIGINT,
    employees INTEGER,
    annual_revenue BIGINT,
    legal_representative VARCHAR(128),
    deposits BIGINT,
    investments BIGINT,
    aum BIGINT,
    aum_avg_3m BIGINT,
    loans BIGINT,
    credit_limit BIGINT,
    credit_used BIGINT,
    overdue_amount BIGINT,
    days_past_due INTEGER,
    products_held INTEGER NOT NULL,
    families VARCHAR(256) NOT NULL,
    last_own_movement_on DATE,
    active BOOLEAN NOT NULL,
    tier VARCHAR(32),
    life_cycle VARCHAR(32),
    segment INTEGER,
    rfm VARCHAR(8),
    segment_why JSONB,
    score INTEGER,
    pd FLOAT,
    grade VARCHAR(4),
    rating_points JSONB,
    rating_reasons JSONB,
    features JSONB,
    activity_hours JSONB,
    CONSTRAINT pk_customers PRIMARY KEY (customer_id)
);

CREATE INDEX ix_customers_aum ON customers (aum);

CREATE INDEX ix_customers_branch_aum ON customers (branch_path, aum);

CREATE INDEX ix_customers_branch_place ON customers (branch_path, place);

CREATE INDEX ix_customers_facets ON customers (place, branch_path, kind, tier, segment, grade, life_cycle, manager_id, branch_id, families, aum, days_past_due);

CREATE INDEX ix_customers_manager ON customers (manager_id);

CREATE TABLE job_runs (
    job_id SERIAL NOT NULL,
    kind VARCHAR(64) NOT NULL,
    parameters JSONB NOT NULL,
    parameters_key VARCHAR(64) NOT NULL,
    queue VARCHAR(32) NOT NULL,
    status VARCHAR(16) NOT NULL,
    submitted_by VARCHAR(64) NOT NULL,
    scope JSONB NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE,
    heartbeat_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    worker VARCHAR(128),
    attempt INTEGER DEFAULT '0' NOT NULL,
    retry_of INTEGER,
    step VARCHAR(128),
    step_detail VARCHAR(256),
    percent FLOAT,
    again BOOLEAN DEFAULT false NOT NULL,
    cancel_requested_at TIMESTAMP WITH TIME ZONE,
    cancelled_by VARCHAR(64),
    sentence TEXT,
    incident VARCHAR(32),
    result JSONB,
    CONSTRAINT pk_job_runs PRIMARY KEY (job_id),
    CONSTRAINT ck_job_runs_status CHECK (status in ('queued','running','done','failed','cancelled'))
);

CREATE INDEX ix_job_runs_kind ON job_runs (kind);

CREATE UNIQUE INDEX uq_job_runs_active ON job_runs (kind, parameters_key) WHERE status in ('queued','running');

CREATE TABLE loans (
    account_id VARCHAR(64) NOT NULL,
    customer_id VARCHAR(64) NOT NULL,
    granted_on DATE NOT NULL,
    principal BIGINT NOT NULL,
    term_months INTEGER,
    instalment BIGINT,
    rate FLOAT,
    purpose VARCHAR(64),
    collateral VARCHAR(64),
    loan_to_value FLOAT,
    outcome VARCHAR(8),
    outstanding BIGINT,
    overdue_amount BIGINT,
    days_past_due INTEGER,
    five_class VARCHAR(32),
    status_on DATE,
    CONSTRAINT pk_loans PRIMARY KEY (account_id)
);

CREATE INDEX ix_loans_customer_id ON loans (customer_id);

CREATE TABLE pictures (
    one SERIAL NOT NULL,
    as_of DATE NOT NULL,
    batch_id INTEGER NOT NULL,
    batches JSONB NOT NULL,
    months JSONB NOT NULL,
    segmentation_run_id INTEGER,
    credit_run_id INTEGER,
    built_at TIMESTAMP WITH TIME ZONE NOT NULL,
    detail JSONB,
    CONSTRAINT pk_pictures PRIMARY KEY (one)
);

CREATE TABLE products (
    product_id VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    family VARCHAR(32) NOT NULL,
    currency VARCHAR(3) NOT NULL,
    risk_level INTEGER,
    CONSTRAINT pk_products PRIMARY KEY (product_id)
);

CREATE TABLE reports (
    report_id SERIAL NOT NULL,
    kind VARCHAR(32) NOT NULL,
    customer_id VARCHAR(64),
    branch_id VARCHAR(64) NOT NULL,
    language VARCHAR(2) NOT NULL,
    as_of DATE NOT NULL,
    job_id INTEGER,
    title TEXT NOT NULL,
    file_name TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    pages INTEGER,
    sha256 VARCHAR(64) NOT NULL,
    code VARCHAR(32) NOT NULL,
    inputs JSONB NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reports PRIMARY KEY (report_id),
    CONSTRAINT uq_reports_job_id UNIQUE (job_id)
);

CREATE INDEX ix_reports_code ON reports (code);

CREATE INDEX ix_reports_created_by ON reports (created_by);

CREATE INDEX ix_reports_customer_id ON reports (customer_id);

CREATE INDEX ix_reports_kind ON reports (kind);

CREATE INDEX ix_reports_sha256 ON reports (sha256);

CREATE TABLE runs (
    run_id SERIAL NOT NULL,
    kind VARCHAR(32) NOT NULL,
    state VARCHAR(16) NOT NULL,
    version VARCHAR(64) NOT NULL,
    as_of DATE NOT NULL,
    parameters JSONB NOT NULL,
    batches JSONB NOT NULL,
    code_version VARCHAR(64) NOT NULL,
    seed INTEGER NOT NULL,
    job_id INTEGER,
    started_by VARCHAR(64) NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE NOT NULL,
    customers INTEGER NOT NULL,
    metrics JSONB NOT NULL,
    model JSONB NOT NULL,
    migration JSONB,
    decided_by VARCHAR(64),
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_reason TEXT,
    CONSTRAINT pk_runs PRIMARY KEY (run_id),
    CONSTRAINT ck_runs_state CHECK (state in ('candidate','published','superseded','rejected'))
);

CREATE INDEX ix_runs_kind_state ON runs (kind, state);

CREATE UNIQUE INDEX uq_runs_published ON runs (kind) WHERE state = 'published';

CREATE TABLE settings (
    key VARCHAR(64) NOT NULL,
    value JSONB NOT NULL,
    CONSTRAINT pk_settings PRIMARY KEY (key)
);

CREATE TABLE staff (
    staff_id VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    branch_id VARCHAR(64) NOT NULL,
    title VARCHAR(64),
    active BOOLEAN,
    CONSTRAINT pk_staff PRIMARY KEY (staff_id)
);

CREATE INDEX ix_staff_branch_id ON staff (branch_id);

CREATE TABLE unknown_sign_ins (
    login_hash VARCHAR(64) NOT NULL,
    failures INTEGER NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_unknown_sign_ins PRIMARY KEY (login_hash)
);

CREATE INDEX ix_unknown_sign_ins_last_at ON unknown_sign_ins (last_at);

CREATE TABLE users (
    user_id SERIAL NOT NULL,
    login VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    password_hash VARCHAR(256) NOT NULL,
    must_change_password BOOLEAN DEFAULT true NOT NULL,
    disabled BOOLEAN DEFAULT false NOT NULL,
    failed_sign_ins INTEGER DEFAULT '0' NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    language VARCHAR(2) DEFAULT 'zh' NOT NULL,
    theme VARCHAR(5) DEFAULT 'light' NOT NULL,
    staff_id VARCHAR(64),
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    last_sign_in_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_users PRIMARY KEY (user_id),
    CONSTRAINT uq_users_login UNIQUE (login)
);

CREATE TABLE batch_files (
    batch_id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    table_name VARCHAR(64),
    sha256 VARCHAR(64) NOT NULL,
    bytes BIGINT NOT NULL,
    encoding VARCHAR(16),
    rows_in BIGINT DEFAULT '0' NOT NULL,
    rows_loaded BIGINT DEFAULT '0' NOT NULL,
    rows_rejected BIGINT DEFAULT '0' NOT NULL,
    rows_duplicate BIGINT DEFAULT '0' NOT NULL,
    totals JSONB,
    CONSTRAINT pk_batch_files PRIMARY KEY (batch_id, name),
    CONSTRAINT ck_batch_files_balanced CHECK (rows_in = rows_loaded + rows_rejected + rows_duplicate),
    CONSTRAINT fk_batch_files_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (batch_id) ON DELETE CASCADE
);

CREATE TABLE job_log (
    line_id SERIAL NOT NULL,
    job_id INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    line TEXT NOT NULL,
    CONSTRAINT pk_job_log PRIMARY KEY (line_id),
    CONSTRAINT fk_job_log_job_id_job_runs FOREIGN KEY(job_id) REFERENCES job_runs (job_id) ON DELETE CASCADE
);

CREATE INDEX ix_job_log_job_id ON job_log (job_id);

CREATE TABLE publications (
    publication_id SERIAL NOT NULL,
    kind VARCHAR(32) NOT NULL,
    run_id INTEGER NOT NULL,
    previous_run_id INTEGER,
    published_by VARCHAR(64) NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    CONSTRAINT pk_publications PRIMARY KEY (publication_id),
    CONSTRAINT fk_publications_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (run_id)
);

CREATE INDEX ix_publications_kind ON publications (kind);

CREATE TABLE run_ratings (
    run_id INTEGER NOT NULL,
    customer_id VARCHAR(64) NOT NULL,
    score INTEGER,
    pd FLOAT,
    grade VARCHAR(4),
    points JSONB,
    reasons JSONB,
    CONSTRAINT pk_run_ratings PRIMARY KEY (run_id, customer_id),
    CONSTRAINT fk_run_ratings_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

CREATE INDEX ix_run_ratings_customer ON run_ratings (customer_id);

CREATE TABLE run_segments (
    run_id INTEGER NOT NULL,
    customer_id VARCHAR(64) NOT NULL,
    recency_score INTEGER,
    frequency_score INTEGER,
    monetary_score INTEGER,
    tier VARCHAR(32),
    tier_reached VARCHAR(32),
    tier_before VARCHAR(32),
    aum BIGINT,
    life_cycle VARCHAR(32),
    segment INTEGER,
    why JSONB,
    CONSTRAINT pk_run_segments PRIMARY KEY (run_id, customer_id),
    CONSTRAINT fk_run_segments_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

CREATE INDEX ix_run_segments_customer ON run_segments (customer_id);

CREATE TABLE saved_views (
    view_id SERIAL NOT NULL,
    user_id INTEGER NOT NULL,
    page VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    query TEXT NOT NULL,
    CONSTRAINT pk_saved_views PRIMARY KEY (view_id),
    CONSTRAINT fk_saved_views_user_id_users FOREIGN KEY(user_id) REFERENCES users (user_id) ON DELETE CASCADE
);

CREATE INDEX ix_saved_views_user_id ON saved_views (user_id);

CREATE TABLE sessions (
    token_hash VARCHAR(64) NOT NULL,
    user_id INTEGER NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    address VARCHAR(64),
    agent VARCHAR(256),
    CONSTRAINT pk_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_sessions_user_id_users FOREIGN KEY(user_id) REFERENCES users (user_id) ON DELETE CASCADE
);

CREATE INDEX ix_sessions_user_id ON sessions (user_id);

CREATE TABLE user_grants (
    user_id INTEGER NOT NULL,
    permission VARCHAR(64) NOT NULL,
    CONSTRAINT pk_user_grants PRIMARY KEY (user_id, permission),
    CONSTRAINT fk_user_grants_user_id_users FOREIGN KEY(user_id) REFERENCES users (user_id) ON DELETE CASCADE
);

CREATE TABLE user_roles (
    user_id INTEGER NOT NULL,
    role VARCHAR(32) NOT NULL,
    CONSTRAINT pk_user_roles PRIMARY KEY (user_id, role),
    CONSTRAINT fk_user_roles_user_id_users FOREIGN KEY(user_id) REFERENCES users (user_id) ON DELETE CASCADE
);

CREATE TABLE user_scopes (
    user_id INTEGER NOT NULL,
    branch_id VARCHAR(64) NOT NULL,
    CONSTRAINT pk_user_scopes PRIMARY KEY (user_id, branch_id),
    CONSTRAINT fk_user_scopes_user_id_users FOREIGN KEY(user_id) REFERENCES users (user_id) ON DELETE CASCADE
);
