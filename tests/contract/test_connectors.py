"""What every connector promises the engine."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from connector_world import World

from connectors.base import Condition, Cursor, Outcome, Row, Stamp, Write
from connectors.base import Test as Compare
from plugin.errors import LimitReached

PAGE = 2000


def keys(count: int) -> list[str]:
    return [str(uuid4()) for _ in range(count)]


def rows(world: World, count: int, name: str = "A") -> list[dict[str, str]]:
    return [{world.text: f"{name}{number}", world.key: key} for number, key in enumerate(keys(count))]


def create(world: World, count: int) -> list[Write]:
    return [Write(world.object, row) for row in rows(world, count)]


def calls(world: World) -> int:
    return world.connector.usage().calls


def read(world: World, *ids: str) -> list[Row]:
    return list(world.connector.fetch(world.object, [world.text, world.key, world.choice], ids).rows)


@pytest.fixture
def walked(world: World) -> Cursor:
    """The cursor after everything that is there; what a test adds comes later."""
    *_, last = world.connector.changed(world.object, [world.text], None)
    world.later(5)
    return last.cursor


def test_it_knows_whom_it_is_signed_in_to(world: World):
    first, again = world.connector.identity(), world.connector.identity()
    assert first == again
    assert first.org_id
    assert first.username
    assert "/" in first.time_zone


def test_describing_tells_types_and_leaves_out_what_is_not_there(world: World):
    found = world.connector.describe([world.object, "Nothing_Of_The_Kind"])
    assert list(found) == [world.object]
    fields = found[world.object].fields
    assert fields[world.text].type == "text"
    assert fields[world.text].required_on_create
    assert fields[world.key].unique
    assert fields[world.key].external_id
    assert fields[world.choice].type == "choice"
    assert fields[world.choice].choices_restricted
    assert world.good_choice in fields[world.choice].choices
    assert world.bad_choice not in fields[world.choice].choices


def test_reading_by_id_returns_values_stamps_and_who(world: World):
    (record_id,) = world.add([{world.text: "Read me", world.choice: world.good_choice}])
    (row,) = read(world, record_id)
    assert row.id == record_id
    assert row.values == {world.text: "Read me", world.key: None, world.choice: world.good_choice}
    assert not row.deleted
    assert row.modified_by
    assert row.created_at == row.modified_at


def test_a_field_that_is_not_there_is_left_out_of_the_values(world: World):
    (record_id,) = world.add([{world.text: "A"}])
    (row,) = world.connector.fetch(world.object, [world.text, "No_Such_Field"], [record_id]).rows
    assert row.values == {world.text: "A"}


def test_a_read_says_when_it_began_and_what_time_it_is_there(world: World):
    (record_id,) = world.add([{world.text: "A"}])
    found = world.connector.fetch(world.object, [world.text], [record_id])
    assert found.began_at.utcoffset() == timedelta()
    assert found.server_time.utcoffset() == timedelta()


def test_two_thousand_ids_are_one_call_and_those_that_are_missing_one_more(world: World):
    ids = world.add(rows(world, PAGE - 1))
    world.connector.describe([world.object])
    before = calls(world)
    assert len(read(world, *ids)) == PAGE - 1
    assert calls(world) - before == 1
    found = world.connector.fetch(world.object, [world.text], [*ids, nobody := world.nobodys_id()])
    assert calls(world) - before == 3
    assert found.absent == (nobody,)


def test_a_deleted_record_is_told_with_proof_and_one_that_was_never_there_is_absent(world: World):
    gone, there = world.add(rows(world, 2))
    world.delete(gone)
    nobody = world.nobodys_id()
    found = world.connector.fetch(world.object, [world.text], [gone, there, nobody])
    assert {row.id: row.deleted for row in found.rows} == {gone: True, there: False}
    assert found.absent == (nobody,)


def test_a_merged_record_names_the_one_that_it_went_into(world: World):
    loser, winner = world.add(rows(world, 2))
    world.merge(loser, winner)
    (row,) = read(world, loser)
    assert row.deleted
    assert row.merged_into == winner


def test_nonsense_for_an_id_is_absent(world: World):
    found = world.connector.fetch(world.object, [world.text], ["nonsense", "' OR Name != '"])
    assert found.absent == ("nonsense", "' OR Name != '")


def test_a_walk_over_many_rows_of_one_moment_meets_each_once_in_few_calls(world: World, walked: Cursor):
    ids = world.add(rows(world, 2 * PAGE + 100))
    before = calls(world)
    pages = list(world.connector.changed(world.object, [world.text], walked))
    assert calls(world) - before == 3
    met = [row for page in pages for row in page.rows]
    assert sorted(row.id for row in met) == sorted(ids)
    assert len({row.stamp for row in met}) == 1
    assert [page.total for page in pages] == [2 * PAGE + 100] * 3
    assert max(len(page.rows) for page in pages) == PAGE


def test_a_walk_can_be_taken_up_after_any_page(world: World, walked: Cursor):
    ids = world.add(rows(world, PAGE + 50))
    first = next(world.connector.changed(world.object, [world.text], walked))
    rest = [row.id for page in world.connector.changed(world.object, [world.text], first.cursor) for row in page.rows]
    assert sorted([row.id for row in first.rows] + rest) == sorted(ids)


def test_whole_pages_cost_no_call_more(world: World, walked: Cursor):
    world.add(rows(world, PAGE))
    before = calls(world)
    list(world.connector.changed(world.object, [world.text], walked))
    assert calls(world) - before == 1


def test_a_walk_meets_what_was_changed_or_deleted_since_and_nothing_else(world: World):
    same, edited, deleted = world.add(rows(world, 3))
    *_, last = world.connector.changed(world.object, [world.text], None)
    world.later(5)
    world.edit(edited, {world.text: "Changed"})
    world.delete(deleted)
    met = {
        row.id: row for page in world.connector.changed(world.object, [world.text], last.cursor) for row in page.rows
    }
    assert same not in met
    assert set(met) == {edited, deleted}
    assert met[edited].values[world.text] == "Changed"
    assert met[deleted].deleted


def test_a_walk_that_meets_nothing_is_one_empty_page_that_stays_where_it_was(world: World, walked: Cursor):
    before = calls(world)
    (page,) = world.connector.changed(world.object, [world.text], walked)
    assert (page.rows, page.cursor, page.total) == ((), walked, 0)
    assert calls(world) - before == 1


def test_ids_and_stamps_come_two_thousand_a_call_in_the_order_of_the_ids(world: World):
    ids = world.add(rows(world, 2 * PAGE - len(_everything(world)) % PAGE))
    edited, deleted = ids[0], ids[1]
    world.later(5)
    world.edit(edited, {world.text: "Changed"})
    world.delete(deleted)
    there = len(_everything(world))
    before = calls(world)
    met = _everything(world)
    assert calls(world) - before == -(-there // PAGE)
    assert list(met) == sorted(met, key=str.encode)
    assert set(ids) <= set(met)
    assert {one for one in ids if met[one].deleted} == {deleted}
    assert met[edited].stamp > met[ids[2]].stamp
    assert met[edited].values == {world.text: "Changed"}


def _everything(world: World) -> dict[str, Stamp]:
    page = world.connector.stamps(world.object, [world.text], "")
    met, total = {one.id: one for one in page.stamps}, page.total
    while page.more and len(met) != total:
        page = world.connector.stamps(world.object, [world.text], page.stamps[-1].id)
        met.update((one.id, one) for one in page.stamps)
    return met


def test_stamps_hold_to_conditions(world: World):
    (wanted, *_) = world.add([{world.text: "Pick me", world.key: "pick"}, {world.text: "Not me"}])
    page = world.connector.stamps(world.object, [], "", [Condition(world.key, Compare.IS, "pick")])
    assert [one.id for one in page.stamps] == [wanted]
    assert (page.more, page.total) == (False, 1)


def test_conditions_hold_together_and_are_quoted(world: World, walked: Cursor):
    name = 'O\'Brien \\ "Sons"'
    (wanted, *_) = world.add(
        [
            {world.text: name, world.choice: world.good_choice},
            {world.text: name},
            {world.text: "Other", world.choice: world.good_choice},
        ]
    )
    where = [Condition(world.text, Compare.IS, name), Condition(world.choice, Compare.IN, (world.good_choice, "x"))]
    (page,) = world.connector.changed(world.object, [world.text], walked, where)
    assert [row.id for row in page.rows] == [wanted]
    assert world.connector.count(world.object, [*where, Condition(world.key, Compare.IS, None)]) == 1
    assert world.connector.count(world.object, [*where, Condition(world.key, Compare.NOT_NULL)]) == 0


def test_counting_leaves_out_the_deleted(world: World):
    before = world.connector.count(world.object)
    _, deleted = world.add(rows(world, 2))
    world.delete(deleted)
    assert world.connector.count(world.object) == before + 1


def test_records_are_found_by_unique_values_in_few_calls(world: World):
    wanted = rows(world, 1500)
    ids = world.add(wanted)
    before = calls(world)
    asked = [row[world.key] for row in wanted]
    found = world.connector.find(world.object, world.key, [*asked, "nobody's", asked[0].upper()])
    assert found == {**dict(zip(asked, ids, strict=True)), asked[0].upper(): ids[0]}
    assert calls(world) - before <= 2


def test_a_deleted_record_is_found_where_none_that_is_alive_has_the_value(world: World):
    wanted = rows(world, 2)
    ids = world.add(wanted)
    world.delete(ids[0])
    world.delete(ids[1])
    (again,) = world.add(wanted[1:])
    found = world.connector.find(world.object, world.key, [row[world.key] for row in wanted])
    assert list(found.values()) == [ids[0], again]


def test_a_thousand_rows_are_written_in_one_call_and_each_is_told_what_became_of_it(world: World):
    taken = rows(world, 1)[0]
    (holder,) = world.add([taken])
    writes = create(world, 1000)
    writes[10] = Write(world.object, {world.text: "Twice", world.key: taken[world.key]})
    writes[450] = Write(world.object, {world.text: "Choosy", world.choice: world.bad_choice})
    writes[999] = Write(world.object, {world.key: str(uuid4())})
    before = calls(world)
    results = world.connector.create(writes)
    assert calls(world) - before == 1
    assert results[10].outcome is Outcome.DUPLICATE
    assert results[10].duplicate_of == holder
    assert results[450].outcome is Outcome.REJECTED
    assert results[450].fields == (world.choice,)
    assert results[450].message
    assert results[999].outcome is Outcome.REJECTED
    assert results[999].fields == (world.text,)
    good = [number for number in range(1000) if number not in {10, 450, 999}]
    assert {results[number].outcome for number in good} == {Outcome.WRITTEN}
    written = {row.id: row.values[world.key] for row in read(world, *[results[number].id or "" for number in good])}
    assert all(written[results[number].id or ""] == writes[number].values[world.key] for number in good)


def test_updates_touch_only_what_they_name_and_null_empties(world: World):
    (record_id,) = world.add([{world.text: "A", world.choice: world.good_choice}])
    (first,) = world.connector.update([Write(world.object, {world.text: "B"}, record_id)])
    assert (first.outcome, first.id) == (Outcome.WRITTEN, record_id)
    assert read(world, record_id)[0].values[world.choice] == world.good_choice
    world.connector.update([Write(world.object, {world.choice: None}, record_id)])
    assert read(world, record_id)[0].values[world.choice] is None


def test_good_bad_guarded_and_deleted_rows_of_one_batch_keep_their_order(world: World):
    plain, guarded, overtaken, deleted, bad = ids = world.add(rows(world, 5))
    seen = {row.id: row.modified_at for row in read(world, *ids)}
    world.later(5)
    world.edit(overtaken, {world.text: "Theirs"})
    world.delete(deleted)
    before = calls(world)
    results = world.connector.update(
        [
            Write(world.object, {world.text: "Ours"}, overtaken, seen[overtaken]),
            Write(world.object, {world.text: "Ours"}, plain),
            Write(world.object, {world.text: "Ours"}, deleted),
            Write(world.object, {world.text: "Ours"}, guarded, seen[guarded]),
            Write(world.object, {world.choice: world.bad_choice}, bad),
        ]
    )
    assert calls(world) - before == 1
    assert [each.outcome for each in results] == [
        Outcome.CONFLICT,
        Outcome.WRITTEN,
        Outcome.GONE,
        Outcome.WRITTEN,
        Outcome.REJECTED,
    ]
    assert [each.id for each in results] == [overtaken, plain, deleted, guarded, bad]
    names = {row.id: row.values[world.text] for row in read(world, plain, guarded, overtaken)}
    assert names == {plain: "Ours", guarded: "Ours", overtaken: "Theirs"}


def test_guarded_rows_go_twenty_five_a_call(world: World):
    ids = world.add(rows(world, 30))
    seen = {row.id: row.modified_at for row in read(world, *ids)}
    before = calls(world)
    results = world.connector.update([Write(world.object, {world.text: "B"}, each, seen[each]) for each in ids])
    assert {each.outcome for each in results} == {Outcome.WRITTEN}
    assert calls(world) - before == 2


def test_a_guarded_row_that_is_deleted_is_gone(world: World):
    (record_id,) = world.add(rows(world, 1))
    (row,) = read(world, record_id)
    world.delete(record_id)
    (result,) = world.connector.update([Write(world.object, {world.text: "B"}, record_id, row.modified_at)])
    assert result.outcome is Outcome.GONE


def test_an_update_of_a_record_that_never_was_is_no_proof_of_deletion(world: World):
    (result,) = world.connector.update([Write(world.object, {world.text: "B"}, world.nobodys_id())])
    assert result.outcome is Outcome.REJECTED


def test_deleted_rows_are_told_deleted_by_a_read_and_gone_by_a_second_delete(world: World):
    first, second = world.add([{world.text: "To go"}, {world.text: "To stay"}])
    [written] = world.connector.delete([Write(world.object, {}, first)])
    assert written.outcome is Outcome.WRITTEN
    rows = {row.id: row for row in world.connector.fetch(world.object, [world.text], [first, second]).rows}
    assert {key: row.deleted for key, row in rows.items()} == {first: True, second: False}
    [again] = world.connector.delete([Write(world.object, {}, first)])
    assert again.outcome is Outcome.GONE
    with pytest.raises(ValueError, match="without an id"):
        world.connector.delete([Write(world.object, {})])


def test_nothing_to_do_is_no_call(world: World):
    before = calls(world)
    assert world.connector.create([]) == []
    assert world.connector.update([]) == []
    assert world.connector.fetch(world.object, [world.text], []).rows == ()
    assert world.connector.find(world.object, world.key, []) == {}
    assert calls(world) == before


def test_a_session_that_ends_in_mid_run_is_renewed_once(world: World):
    signed_in = world.connector.usage().by_kind["sign-in"]
    (result,) = world.connector.create(create(world, 1))
    world.end_sessions()
    assert len(read(world, result.id or "")) == 1
    world.end_sessions()
    (again,) = world.connector.create(create(world, 1))
    assert again.outcome is Outcome.WRITTEN
    assert world.connector.usage().by_kind["sign-in"] == signed_in + 2


@pytest.mark.parametrize(("when", "landed"), [("before", 0), ("after", 3)])
def test_a_write_whose_answer_never_came_is_unknown_and_not_sent_again(world: World, when: str, landed: int):
    writes = create(world, 3)
    world.cut(when)
    before = calls(world)
    assert [each.outcome for each in world.connector.create(writes)] == [Outcome.UNKNOWN] * 3
    assert calls(world) - before == 1
    assert (
        len(world.connector.find(world.object, world.key, [str(each.values[world.key]) for each in writes])) == landed
    )


def test_an_exhausted_quota_is_told_and_nothing_is_written(world: World):
    world.use_up_calls()
    writes = create(world, 1)
    with pytest.raises(LimitReached):
        world.connector.create(writes)
    assert world.connector.find(world.object, world.key, [str(writes[0].values[world.key])]) == {}


def test_a_lock_met_in_reading_is_waited_out(world: World):
    (record_id,) = world.add(rows(world, 1))
    world.lock_up(2)
    assert len(read(world, record_id)) == 1


def test_the_system_tells_how_many_of_its_calls_are_used(world: World):
    world.connector.count(world.object)
    first = world.connector.usage()
    world.connector.count(world.object)
    second = world.connector.usage()
    assert first.used is not None
    assert second.used == first.used + 1
    assert second.limit == first.limit
    assert second.calls == first.calls + 1
