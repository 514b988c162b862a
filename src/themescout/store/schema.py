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

MIGRATIONS: tuple[str, ...] = (_FIRST,)
