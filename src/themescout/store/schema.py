"""The database's schema as a numbered list of migrations. Each is one transaction; none is ever edited."""

from __future__ import annotations

# "Tsct" in ASCII: tells our files from other SQLite files (`PRAGMA application_id`).
APPLICATION_ID = 0x54736374

_FIRST = """
create table file (
    sha256 text primary key, name text not null, stored text not null, bytes integer not null, added_at text not null
) strict;
create table transcript (
    id text primary key, position integer not null, name text not null, wave text not null,
    file text not null references file (sha256), text text not null, text_sha256 text not null,
    format text not null, encoding text not null, problems text not null, cut_as text not null default ''
) strict;
create table speaker (
    transcript text not null references transcript (id) on delete cascade, position integer not null,
    label text not null, role text not null, reason text not null, turns integer not null, words integer not null,
    primary key (transcript, position)
) strict;
create table turn (
    transcript text not null references transcript (id) on delete cascade, seq integer not null,
    speaker text not null, role text not null, first integer not null, past integer not null,
    start_s real, end_s real, primary key (transcript, seq)
) strict;
create table segment (
    id text primary key, transcript text not null references transcript (id) on delete cascade,
    turn integer not null, first integer not null, past integer not null, text_sha256 text not null
) strict;
create index segment_place on segment (transcript, first);
create table vector (
    text_sha256 text not null, key text not null, x blob not null, primary key (text_sha256, key)
) strict;
create table theme (id integer primary key, body text not null) strict;
create table theme_member (
    segment text primary key references segment (id) on delete cascade,
    theme integer not null references theme (id) on delete cascade,
    position integer not null, strength real not null
) strict;
create table suggestion (
    segment text primary key references segment (id) on delete cascade, body text not null
) strict;
create table decision (
    seq integer primary key, segment text not null, verdict text not null, kind text, code text,
    coder text not null, decided_at text not null, transcript text not null, first integer not null,
    past integer not null, quote text not null, seconds real, shown text not null, memo text not null,
    undoes integer references decision (seq)
) strict;
create index decision_segment on decision (segment, seq);
create trigger decision_stays before update on decision
    begin select raise(abort, 'decisions are only ever added'); end;
create trigger decision_remains before delete on decision
    begin select raise(abort, 'decisions are only ever added'); end;
create trigger decision_is_new before insert on decision when exists (select 1 from decision where seq = new.seq)
    begin select raise(abort, 'decisions are only ever added'); end;
create table codebook (
    version integer primary key, sha256 text not null, body text not null, used_from text not null
) strict;
create table stage (name text primary key, fingerprint text not null, record text not null) strict;
"""

# Themes get numbers that last, and a log of what a person decides about them. Themes of the first version had neither:
# they are found again. What was found does not point to `segment`: themes are known again when interviews came anew.
_THEMES = """
delete from theme_member;
delete from theme;
update stage set fingerprint = '' where name = 'themes';
create table found_theme (id integer primary key, body text not null) strict;
create table found_member (
    segment text primary key, theme integer not null references found_theme (id) on delete cascade,
    position integer not null, strength real not null
) strict;
create table found_loose (
    segment text primary key, nearest integer not null, strength real not null, reason text not null,
    position integer not null
) strict;
create table loose (
    segment text primary key references segment (id) on delete cascade, nearest integer not null,
    strength real not null, reason text not null, position integer not null
) strict;
create table theme_number (one integer primary key check (one = 1), next integer not null) strict;
insert into theme_number values (1, 0);
create table theme_decision (
    seq integer primary key, verb text not null, theme integer not null, into_theme integer, segments text not null,
    value text not null, coder text not null, decided_at text not null, memo text not null, shown text not null,
    undoes integer references theme_decision (seq)
) strict;
create trigger theme_decision_stays before update on theme_decision
    begin select raise(abort, 'decisions are only ever added'); end;
create trigger theme_decision_remains before delete on theme_decision
    begin select raise(abort, 'decisions are only ever added'); end;
create trigger theme_decision_is_new before insert on theme_decision
    when exists (select 1 from theme_decision where seq = new.seq)
    begin select raise(abort, 'decisions are only ever added'); end;
"""

# For more than one coder: decisions that are sent twice are stored once, versions of the codebook have a reason, and
# the cells of the framework matrix have a person's summary, which is only ever added to like every other decision.
_REVIEW = """
alter table decision add column key text;
create unique index decision_key on decision (key) where key is not null;
alter table codebook add column coder text not null default '';
alter table codebook add column reason text not null default '';
create table summary (
    seq integer primary key, participant text not null, kind text not null, category text not null, body text not null,
    coder text not null, written_at text not null
) strict;
create trigger summary_stays before update on summary
    begin select raise(abort, 'summaries are only ever added'); end;
create trigger summary_remains before delete on summary
    begin select raise(abort, 'summaries are only ever added'); end;
create trigger summary_is_new before insert on summary when exists (select 1 from summary where seq = new.seq)
    begin select raise(abort, 'summaries are only ever added'); end;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _THEMES, _REVIEW)
