"""What failing seeds came down to, one sentence each."""

from __future__ import annotations

import pytest

from plugin.sync.points import Point
from tests.simulation.crm import Weather
from tests.simulation.play import ACCOUNT, MILESTONE, OUTCOME, Play
from tests.simulation.world import Rule


def test_a_crash_before_our_write_and_their_edit_of_another_field_undo_nothing(play: Play):
    play.edit_here(play.outcome, objective="ours")
    play.die_at(Point.SENT)
    play.work()
    play.edit_there(OUTCOME, play.outcome, name="theirs")
    play.sync()
    held = play.link(play.outcome).quarantined["objective"]
    assert (held["ours"], held["theirs"]) == ("ours", play.there(OUTCOME, play.outcome, "objective"))
    play.ends_well()


def test_what_nobody_could_tell_stays_with_a_person_at_every_later_read(play: Play):
    play.edit_here(play.milestone, evidence_source="ours")
    play.die_at(Point.CALLED)
    play.work()
    play.edit_there(MILESTONE, play.milestone, evidence_source="over ours")
    for _ in range(3):
        play.sync()
        assert play.there(MILESTONE, play.milestone, "evidence_source") == "over ours"
    assert play.here(play.milestone)["evidence_source"] == "ours"
    play.ends_well()


def test_a_person_who_types_what_we_were_sending_proves_nothing_about_the_other_fields(play: Play):
    play.edit_here(play.outcome, objective="ours", baseline="ours too")
    play.die_at(Point.SENT)
    play.work()
    play.edit_there(OUTCOME, play.outcome, baseline="ours too")
    play.sync()
    assert play.here(play.outcome)["objective"] == "ours"
    assert list(play.link(play.outcome).quarantined) == ["objective"]
    play.ends_well()


def test_a_conflict_that_could_not_be_settled_is_not_settled_by_reading_it_again(play: Play):
    play.edit_here(play.outcome, name="ours")
    play.later(1)
    play.edit_there(OUTCOME, play.outcome, name="theirs")
    for _ in range(4):
        play.sync()
    assert play.here(play.outcome)["name"] == "ours"
    assert play.there(OUTCOME, play.outcome, "name") == "theirs"
    play.ends_well()


def test_edits_within_the_same_second_are_nobodys_to_order(play: Play):
    play.crm.skew = play.crm.skew.__class__(seconds=-0.7)
    play.edit_there(OUTCOME, play.outcome, name="theirs")
    play.later(0.1)
    play.edit_here(play.outcome, name="ours")
    play.sync(0.1)
    assert play.link(play.outcome).quarantined["name"]["ours"] == "ours"
    play.ends_well()


def test_a_held_field_that_we_set_to_theirs_is_held_no_longer(play: Play):
    play.edit_here(play.outcome, closed_reason="ours")
    play.edit_there(OUTCOME, play.outcome, closed_reason="theirs")
    play.sync()
    assert play.link(play.outcome).quarantined["closed_reason"]["theirs"] == "theirs"
    play.edit_here(play.outcome, closed_reason="theirs")
    play.work()
    assert play.link(play.outcome).quarantined == {}
    play.ends_well()


def test_a_held_field_is_listed_with_what_both_sides_hold_now(play: Play):
    play.edit_here(play.outcome, closed_reason="ours")
    play.edit_there(OUTCOME, play.outcome, closed_reason="theirs")
    play.sync()
    play.edit_here(play.outcome, closed_reason="ours again")
    play.edit_there(OUTCOME, play.outcome, closed_reason="theirs again")
    play.sync()
    held = play.link(play.outcome).quarantined["closed_reason"]
    assert (held["ours"], held["theirs"]) == ("ours again", "theirs again")
    play.ends_well()


def test_a_refused_write_is_not_tried_again_by_every_poll(play: Play):
    play.edit_here(play.outcome, objective="forbidden")
    for _ in range(4):
        play.sync()
    assert sum("Objective__c" in one.values for one in play.crm.written) == 1
    assert [one.count for one in play.letters()] == [1]
    play.ends_well()


def test_a_dead_letter_goes_once_their_value_stands_in_place_of_ours(play: Play):
    play.edit_here(play.outcome, objective="forbidden")
    play.work()
    assert len(play.letters()) == 1
    play.edit_there(OUTCOME, play.outcome, objective="theirs")
    play.sync()
    assert play.letters() == []
    play.ends_well()


def test_a_dead_letter_goes_with_its_record(play: Play):
    play.edit_here(play.outcome, objective="forbidden")
    play.work()
    play.crm.remove(MILESTONE, play.milestone)
    play.crm.remove(OUTCOME, play.outcome)
    play.sync()
    assert play.letters() == []
    play.ends_well()


def test_what_is_created_there_passes_the_filter_that_it_is_read_through(play: Play):
    born = play.world.create_here("member")
    play.work()
    play.sync()
    [link] = play.links_of("member", born)
    assert (link.state, play.crm.value(ACCOUNT, link.external_id or "", "Is_Member__c")) == ("active", True)
    play.ends_well()


def test_a_creation_never_heard_of_is_found_even_if_it_left_the_filter(play: Play):
    born, there = play.create_unheard("member")
    play.crm.put(ACCOUNT, there, Is_Member__c=False)
    play.sync()
    [link] = play.links_of("member", born)
    assert (link.external_id, link.state) == (there, "suspended")
    assert len(play.crm.alive(ACCOUNT)) == 2


def test_a_creation_never_heard_of_is_found_even_if_it_was_moved_below_what_is_no_member(play: Play):
    lapsed = play.world.create_there("east", ACCOUNT)
    play.sync()
    play.crm.put(ACCOUNT, lapsed, Is_Member__c=False)
    play.sync()
    born, there = play.create_unheard("desired_outcome", play.link(play.account).record_id)
    play.crm.put(OUTCOME, there, Account__c=lapsed)
    play.sync()
    [link] = play.links_of("desired_outcome", born)
    assert (link.external_id, link.state) == (there, "suspended")
    assert [row for row in play.still_due() if row.stage == "push"] == []
    play.crm.put(OUTCOME, there, Account__c=play.account)
    play.ends_well()
    assert play.link(there).state == "active"


def test_a_creation_deleted_before_we_looked_for_it_is_not_created_again(play: Play):
    born, there = play.create_unheard("member")
    play.crm.remove(ACCOUNT, there)
    play.work()
    assert [(one.external_id, one.state) for one in play.links_of("member", born)] == [(there, "deleted")]
    assert play.crm.alive(ACCOUNT) == [play.account]
    play.ends_well()


def test_a_creation_deleted_before_we_heard_of_it_is_not_created_again(play: Play):
    born, there = play.create_unheard("member")
    play.crm.remove(ACCOUNT, there)
    play.world.poll("east")
    play.sync()
    assert [one.state for one in play.links_of("member", born)] == ["deleted"]
    play.ends_well()


def test_what_is_below_a_merged_record_and_was_never_pushed_follows_the_one_that_is_left(play: Play):
    winner = play.world.create_there("east", ACCOUNT)
    play.sync()
    born = play.world.create_here("desired_outcome", play.link(play.account).record_id)
    play.crm.move_silently(OUTCOME, play.outcome, Account__c=winner)
    play.crm.remove(ACCOUNT, play.account, merged_into=winner)
    play.sync()
    play.sync()
    [link] = play.links_of("desired_outcome", born)
    assert play.crm.value(OUTCOME, link.external_id or "", "Account__c") == winner
    assert play.here(play.outcome)["member"] == play.link(winner).record_id
    play.ends_well()


def test_what_is_below_a_deleted_record_is_a_dead_letter_until_that_one_returns(play: Play):
    play.world.create_here("milestone", play.link(play.outcome).record_id)
    play.crm.remove(MILESTONE, play.milestone)
    play.crm.remove(OUTCOME, play.outcome)
    play.sync()
    assert [one.code for one in play.letters()] == ["GONE"]
    play.later(1)
    play.crm.put(OUTCOME, play.outcome)
    play.sync()
    assert (play.letters(), len(play.crm.alive(MILESTONE))) == ([], 1)
    play.ends_well()


def test_a_child_follows_its_parent_over_as_soon_as_that_one_is_created(play: Play):
    member = play.world.create_here("member")
    outcome = play.world.create_here("desired_outcome", member)
    play.next_write_meets(Weather(cut="before"))
    play.work()
    for _ in range(3):
        play.work(seconds=130)
    assert [one.state for one in play.links_of("desired_outcome", outcome)] == ["active"]
    play.ends_well()


def test_a_parent_that_comes_back_into_sight_wakes_what_waited_for_it(play: Play):
    play.crm.put(ACCOUNT, play.account, Is_Member__c=False)
    play.sync()
    play.world.create_there("east", OUTCOME, play.account)
    play.sync()
    assert {one.waits_for for one in play.still_due()} == {play.account}
    play.crm.put(ACCOUNT, play.account, Is_Member__c=True)
    play.sync()
    assert play.still_due() == []
    play.ends_well()


def test_a_write_repeated_after_a_broken_line_still_counts_as_ours(play: Play):
    play.edit_here(play.outcome, baseline="ours")
    play.next_write_meets(Weather(cut="after"))
    play.work()
    play.crm.meets = lambda kind, writes: Weather(lag=0 if writes else 30)
    play.work(seconds=10)
    play.crm.meets = lambda kind, writes: Weather()
    play.edit_there(OUTCOME, play.outcome, baseline="over ours")
    play.ends_well()


def test_an_edit_and_its_withdrawal_leave_nothing_to_do(play: Play):
    before = play.here(play.outcome)["objective"]
    play.edit_here(play.outcome, objective="ours", baseline="ours")
    play.edit_here(play.outcome, objective=before)
    play.work()
    assert "Objective__c" not in play.crm.written[-1].values
    play.ends_well()


def test_an_edit_over_our_write_before_we_read_it_back_needs_nobody_to_decide(play: Play):
    play.edit_here(play.milestone, evidence_source="ours")
    play.crm.leaves = lambda kind, writes: play.later(2) if writes else None
    play.meanwhile(Point.CALLED, lambda: play.edit_there(MILESTONE, play.milestone, evidence_source="over ours"))
    play.work()
    assert play.here(play.milestone)["evidence_source"] == "over ours"
    play.ends_well()


def test_a_read_of_a_lagging_copy_does_not_make_our_edit_older_than_theirs(play: Play):
    play.later(60)
    play.edit_there(OUTCOME, play.outcome, name="theirs")
    play.later(2)
    play.edit_here(play.outcome, name="ours, and later")
    play.crm.meets = lambda kind, writes: Weather(lag=30)
    play.world.notify("east", OUTCOME, play.outcome)
    play.work()
    play.crm.meets = lambda kind, writes: Weather()
    play.edit_there(OUTCOME, play.outcome, objective="moves the stamp")
    play.sync()
    held = play.link(play.outcome).quarantined["name"]
    assert (held["ours"], held["theirs"]) == ("ours, and later", "theirs")
    play.ends_well()


def test_a_lagging_copy_that_shows_an_earlier_state_of_the_same_second_takes_nothing_back(play: Play):
    play.later(60 - play.world.clock().microsecond / 1_000_000)
    for value in ("first", "second"):
        play.edit_there(OUTCOME, play.outcome, name=value)
        play.world.notify("east", OUTCOME, play.outcome)
        play.work(seconds=0)
        assert play.here(play.outcome)["name"] == value
    play.crm.meets = lambda kind, writes: Weather(lag=3.35)
    play.world.notify("east", OUTCOME, play.outcome)
    play.work()
    assert play.here(play.outcome)["name"] == "second"
    play.crm.meets = lambda kind, writes: Weather()
    play.ends_well()


def test_a_write_of_what_somebody_typed_there_since_the_read_that_it_goes_by_harms_nobody(
    play: Play, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("plugin.sync.packing.MOST_GUARDED", 0)
    play.later(60)
    play.edit_there(OUTCOME, play.outcome, objective="the same")
    play.edit_here(play.outcome, objective="the same")
    play.crm.meets = lambda kind, writes: Weather(lag=0 if writes else 30)
    play.work()
    assert play.crm.written[-1].values == {"Objective__c": "the same"}
    play.crm.meets = lambda kind, writes: Weather()
    play.ends_well()


def test_their_edit_over_a_change_that_is_younger_than_ours_is_theirs_to_win(play: Play):
    play.edit_here(play.outcome, name="ours")
    play.later(5)
    play.edit_there(OUTCOME, play.outcome, objective="moves the stamp")
    play.next_write_meets(Weather(), lambda: play.edit_there(OUTCOME, play.outcome, name="theirs, and later"))
    play.work()
    play.sync()
    assert play.here(play.outcome)["name"] == "theirs, and later"
    play.ends_well()


def test_a_lagging_read_from_between_our_last_read_and_our_write_takes_nothing_back(play: Play):
    before = play.there(OUTCOME, play.outcome, "name")
    play.later(60)
    play.crm.touch(OUTCOME, play.outcome)
    play.later(5)
    play.edit_here(play.outcome, name="ours")
    usual = play.world.engine.passing

    def passing(point: Point) -> None:
        if point is Point.CALLED:
            play.crm.meets = lambda kind, writes: Weather(lag=0 if writes else 2)
        usual(point)

    play.crm.meets = lambda kind, writes: Weather(lag=0 if writes else 30)
    play.world.engine.passing = passing
    play.work(seconds=0)
    assert play.there(OUTCOME, play.outcome, "name") == "ours"
    assert play.here(play.outcome)["name"] == "ours" != before
    play.world.engine.passing = usual
    play.crm.meets = lambda kind, writes: Weather()
    play.ends_well()


@pytest.mark.parametrize("cut", [None, "after"])
def test_an_edit_that_was_withdrawn_while_a_copy_lagged_behind_its_write_stays_withdrawn(play: Play, cut: str | None):
    before = play.there(OUTCOME, play.outcome, "objective")
    play.edit_here(play.outcome, objective="ours")
    play.crm.meets = lambda kind, writes: Weather(cut=cut) if writes else Weather(lag=10)
    play.work()
    assert play.there(OUTCOME, play.outcome, "objective") == "ours"
    play.edit_here(play.outcome, objective=before)
    play.work(seconds=1)
    play.crm.meets = lambda kind, writes: Weather()
    for _ in range(5):
        play.sync(seconds=30)
    assert play.there(OUTCOME, play.outcome, "objective") == before
    play.ends_well()


def test_an_edit_over_what_we_took_while_another_field_of_our_write_was_awaited_is_no_conflict(play: Play):
    before = play.there(OUTCOME, play.outcome, "baseline")
    play.edit_here(play.outcome, objective="ours", baseline="ours too")
    play.die_at(Point.PUSHED)
    play.work()
    play.later(0.1)
    play.edit_there(OUTCOME, play.outcome, baseline=before, objective="theirs")
    play.sync()
    assert play.here(play.outcome)["objective"] == "theirs"
    play.edit_here(play.outcome, objective="over theirs")
    for _ in range(5):
        play.sync(seconds=30)
    assert play.there(OUTCOME, play.outcome, "objective") == "over theirs"
    play.ends_well()


def test_our_write_taken_back_there_before_we_read_it_and_our_next_edit_wait_for_a_person(play: Play):
    before = play.there(ACCOUNT, play.account, "name")
    play.later(60)
    play.edit_here(play.account, name="ours")
    play.crm.meets = lambda kind, writes: Weather(lag=0 if writes else 10)
    play.work()
    play.edit_here(play.account, name="ours again")
    play.later(20)
    play.edit_there(ACCOUNT, play.account, name=before)
    play.crm.meets = lambda kind, writes: Weather()
    for _ in range(3):
        play.sync()
        assert play.there(ACCOUNT, play.account, "name") == before
    assert play.link(play.account).quarantined["name"]["ours"] == "ours again"
    play.ends_well()


def test_a_conflict_ends_where_they_go_back_to_what_our_later_edit_had_won_over(play: Play):
    play.later(60)
    play.edit_there(OUTCOME, play.outcome, name="theirs")
    play.later(20)
    play.edit_here(play.outcome, name="ours, and later")
    play.later(5)
    play.next_write_meets(Weather(), lambda: play.edit_there(OUTCOME, play.outcome, name="theirs again"))
    play.sync()
    assert play.link(play.outcome).quarantined["name"]["theirs"] == "theirs again"
    play.edit_there(OUTCOME, play.outcome, name="theirs")
    play.sync()
    assert play.there(OUTCOME, play.outcome, "name") == "ours, and later"
    play.ends_well()


def test_settling_for_theirs_when_they_have_come_round_to_ours_meanwhile_leaves_ours(play: Play):
    play.edit_here(play.outcome, closed_reason="ours")
    play.edit_there(OUTCOME, play.outcome, closed_reason="theirs")
    play.sync()
    with play.world.moment() as moment:
        [waiting] = moment.waiting()
    play.edit_there(OUTCOME, play.outcome, closed_reason="ours")
    play.world.settle_here(waiting, "theirs")
    play.sync()
    assert play.here(play.outcome)["closed_reason"] == "ours"
    play.ends_well()


def test_a_deletion_and_its_withdrawal_do_not_make_our_edit_older_than_theirs(play: Play):
    play.edit_there(ACCOUNT, play.account, name="theirs")
    play.later(6)
    play.edit_here(play.account, name="ours, and later")
    play.later(3)
    play.delete_all_there()
    play.sync()
    play.later(30)
    play.undelete_all_there()
    play.sync()
    assert play.link(play.account).quarantined["name"]["ours"] == "ours, and later"
    play.ends_well()


def test_what_an_automation_over_there_sets_back_at_once_is_theirs_after_two_minutes(play: Play):
    before = play.there(OUTCOME, play.outcome, "objective")
    play.edit_here(play.outcome, objective="ours")
    play.world.rules["east", play.world.things["east", play.outcome]] = Rule("objective", before, 1)
    for _ in range(4):
        play.work(seconds=130)
    assert play.here(play.outcome)["objective"] == before
    assert play.link(play.outcome).sent is None
    play.ends_well()


def test_what_an_automation_there_sets_again_over_a_write_of_ours_that_had_won_loses_no_withdrawal(both: Play):
    [there] = [one.external_id for one in both.links_of("desired_outcome", both.link(both.outcome).record_id, "west")]
    before = both.there(OUTCOME, both.outcome, "closed_reason")
    both.world.edit_there("west", OUTCOME, there, "closed_reason", "the west's")
    both.later()
    both.world.poll("west")
    both.edit_there(OUTCOME, both.outcome, closed_reason="the east's")
    both.sync()
    assert both.link(both.outcome).quarantined["closed_reason"]
    both.edit_there(OUTCOME, both.outcome, closed_reason=before)
    both.world.rules["east", both.world.things["east", both.outcome]] = Rule("closed_reason", "the east's", 1)
    both.sync()
    both.ends_well()
    assert both.here(both.outcome)["closed_reason"] == "the east's"


def test_a_dead_letter_of_a_deletion_stays_when_their_edit_is_read(pushing: Play):
    ours = pushing.link(pushing.milestone).record_id
    with pushing.world.moment():
        pushing.world.delete_here("milestone", ours)
    pushing.edit_there(MILESTONE, pushing.milestone, name="wanted there")
    pushing.work()
    pushing.sync()
    assert [one.code for one in pushing.letters()] == ["EDITED_THERE"]
    pushing.ends_well()


def test_an_edit_after_the_deletion_here_stays_though_another_system_deletes_the_record_later(both: Play):
    ours = both.link(both.milestone).record_id
    west, (link,) = both.world.crms["west"], both.links_of("milestone", ours, "west")
    with both.world.moment():
        both.world.delete_here("milestone", ours)
    both.later(30)
    both.world.edit_there("west", MILESTONE, link.external_id, "name", "wanted there")
    both.later(30)
    both.crm.remove(MILESTONE, both.milestone)
    both.sync()
    assert link.external_id in west.alive(MILESTONE)
    assert [one.code for one in both.letters()] == ["EDITED_THERE"]
    both.ends_well()


def test_a_dead_letter_of_a_deletion_goes_once_an_undelete_in_another_system_takes_it_back(both: Play):
    world, west = both.world, both.world.crms["west"]
    other = world.create_there("east", ACCOUNT)
    both.sync()
    born = world.create_here("desired_outcome", both.link(both.account).record_id)

    def leave() -> None:
        both.crm.put(ACCOUNT, both.account, Is_Member__c=False)
        world.notify("east", ACCOUNT, both.account)

    both.meanwhile(Point.CALLED, leave)
    both.work()
    [there] = [one.external_id or "" for one in both.links_of("desired_outcome", born, "west")]
    [left] = [one.external_id or "" for one in both.links_of("desired_outcome", born)]
    [row] = [one for one in world.rows("desired_outcome") if one["id"] == born]
    world.edit_here("desired_outcome", row, "member", both.link(other).record_id)
    both.sync()
    with world.moment():
        world.delete_here("desired_outcome", born)
    both.later()
    world.drain("west")
    both.later(5)
    west.put(OUTCOME, there)
    both.edit_there(OUTCOME, left, name="edited there")
    both.later()
    world.drain("east")
    assert [one.code for one in both.letters()] == ["EDITED_THERE"]
    both.sync()
    assert born in {row["id"] for row in world.rows("desired_outcome")}
    both.ends_well()
    assert both.letters() == []


def test_what_was_deleted_here_while_it_was_out_of_sight_there_is_not_forgotten(pushing: Play):
    ours = pushing.link(pushing.milestone).record_id
    pushing.crm.hidden.add(pushing.milestone)
    pushing.world.notify("east", MILESTONE, pushing.milestone)
    pushing.work()
    with pushing.world.moment():
        pushing.world.delete_here("milestone", ours)
    pushing.work()
    assert pushing.milestone in pushing.crm.alive(MILESTONE)
    pushing.crm.hidden.clear()
    pushing.world.notify("east", MILESTONE, pushing.milestone)
    pushing.work()
    assert pushing.milestone not in pushing.crm.alive(MILESTONE)
    pushing.ends_well()


def test_what_was_deleted_here_goes_once_the_member_below_whom_a_merge_put_it_unseen_is_back(
    pushing: Play, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tests.simulation.story.come_back", lambda world: None)
    other = pushing.world.create_there("east", ACCOUNT)
    pushing.sync()
    pushing.crm.put(ACCOUNT, other, Is_Member__c=False)
    pushing.crm.hidden |= {pushing.outcome, pushing.milestone}
    pushing.world.notify("east", OUTCOME, pushing.outcome)
    pushing.sync()
    pushing.crm.move_silently(OUTCOME, pushing.outcome, Account__c=other)
    pushing.crm.remove(ACCOUNT, pushing.account, merged_into=other)
    with pushing.world.moment():
        for one in (pushing.milestone, pushing.outcome, pushing.account):
            link = pushing.link(one)
            pushing.world.delete_here(link.entity, link.record_id)
    pushing.work()
    pushing.crm.hidden.clear()
    pushing.world.notify("east", OUTCOME, pushing.outcome)
    pushing.world.notify("east", MILESTONE, pushing.milestone)
    pushing.sync()
    assert pushing.crm.alive(OUTCOME) == [pushing.outcome]
    pushing.ends_well()
    pushing.crm.put(ACCOUNT, other, Is_Member__c=True)
    pushing.sync()
    pushing.ends_well()
    assert pushing.crm.alive(OUTCOME) == []


@pytest.mark.parametrize("they_were_first", [False, True])
def test_a_lagging_copy_that_shows_as_alive_what_both_sides_deleted_brings_nothing_back(
    pushing: Play, they_were_first: bool
):
    pushing.later(200)
    if they_were_first:
        pushing.crm.remove(MILESTONE, pushing.milestone)
    with pushing.world.moment():
        pushing.world.delete_here("milestone", pushing.link(pushing.milestone).record_id)
    pushing.work()
    assert pushing.crm.alive(MILESTONE) == []
    pushing.crm.meets = lambda kind, writes: Weather(lag=30)
    pushing.world.notify("east", MILESTONE, pushing.milestone)
    pushing.work()
    assert pushing.world.rows("milestone") == []
    pushing.crm.meets = lambda kind, writes: Weather()
    pushing.ends_well()


def test_an_edit_of_what_was_moved_below_what_is_not_ours_is_tried_ever_more_slowly(play: Play):
    stranger = play.world.create_there("east", ACCOUNT)
    play.crm.put(ACCOUNT, stranger, Is_Member__c=False)
    goal = play.world.create_there("east", OUTCOME, stranger)
    play.crm.put(MILESTONE, play.milestone, Desired_Outcome__c=goal)
    play.edit_here(play.milestone, name="ours")
    tried = len(play.crm.calls)
    for _ in range(60):
        play.work(seconds=1)
    assert play.crm.calls[tried:].count("update") <= 6
    play.crm.put(MILESTONE, play.milestone, Desired_Outcome__c=play.outcome)
    play.sync()
    play.work(seconds=1000)
    assert play.there(MILESTONE, play.milestone, "name") == "ours"
    play.ends_well()


def test_what_was_deleted_here_before_its_creation_there_was_heard_of_goes_there_too(pushing: Play):
    born = pushing.world.create_here("member")
    pushing.die_at(Point.CALLED)
    pushing.work()
    with pushing.world.moment():
        pushing.world.delete_here("member", born)
    assert len(pushing.crm.alive(ACCOUNT)) == 2
    pushing.work()
    pushing.work(seconds=130)
    assert pushing.crm.alive(ACCOUNT) == [pushing.account]
    pushing.ends_well()


def test_what_is_undeleted_there_after_its_member_left_is_back_here_and_rests(play: Play):
    play.crm.put(ACCOUNT, play.account, Is_Member__c=False)
    play.sync()
    play.delete_all_there()
    play.sync()
    play.later(5)
    play.undelete_all_there()
    play.sync()
    assert play.here(play.account)["name"] == play.there(ACCOUNT, play.account, "name")
    assert play.here(play.milestone)["name"] == play.there(MILESTONE, play.milestone, "name")
    assert {play.link(one).state for one in (play.account, play.outcome, play.milestone)} == {"suspended"}
    play.crm.put(ACCOUNT, play.account, Is_Member__c=True)
    play.sync()
    assert {play.link(one).state for one in (play.account, play.outcome, play.milestone)} == {"active"}
    play.ends_well()


def test_an_edit_over_our_write_by_who_undeleted_the_record_needs_nobody_to_decide(play: Play):
    play.edit_here(play.milestone, evidence_source="ours")
    play.meanwhile(Point.CALLED, lambda: play.crm.remove(MILESTONE, play.milestone))
    play.work()
    play.sync()
    assert play.link(play.milestone).state == "deleted"
    play.crm.put(MILESTONE, play.milestone)
    play.edit_there(MILESTONE, play.milestone, evidence_source="over ours")
    play.sync()
    assert play.here(play.milestone)["evidence_source"] == "over ours"
    play.ends_well()


def test_an_edit_over_our_write_by_who_let_a_member_return_needs_nobody_to_decide(play: Play):
    play.edit_here(play.account, name="ours")
    play.meanwhile(Point.CALLED, lambda: play.crm.put(ACCOUNT, play.account, Is_Member__c=False))
    play.work()
    play.sync()
    assert play.link(play.account).state == "suspended"
    play.crm.put(ACCOUNT, play.account, Is_Member__c=True)
    play.edit_there(ACCOUNT, play.account, name="over ours")
    play.sync()
    assert play.here(play.account)["name"] == "over ours"
    play.ends_well()


def test_an_edit_over_our_write_by_who_undeleted_what_we_deleted_there_needs_nobody_to_decide(pushing: Play):
    ours = pushing.link(pushing.milestone).record_id
    pushing.edit_here(pushing.milestone, evidence_source="ours")
    pushing.crm.meets = lambda kind, writes: Weather(lag=0 if writes else 10)
    pushing.work()
    with pushing.world.moment():
        pushing.world.delete_here("milestone", ours)
    pushing.work()
    assert pushing.link(pushing.milestone).state == "deleted"
    pushing.crm.meets = lambda kind, writes: Weather()
    pushing.later(30)
    pushing.crm.put(MILESTONE, pushing.milestone)
    pushing.edit_there(MILESTONE, pushing.milestone, evidence_source="over ours")
    pushing.sync()
    assert pushing.here(pushing.milestone)["evidence_source"] == "over ours"
    pushing.ends_well()


def test_what_rests_there_below_a_member_that_left_is_not_overwritten_unseen_when_it_moves_here(
    play: Play, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("plugin.sync.packing.MOST_GUARDED", 0)
    other = play.world.create_there("east", ACCOUNT)
    play.sync()
    play.crm.put(ACCOUNT, play.account, Is_Member__c=False)
    play.sync()
    play.edit_here(play.outcome, objective="ours")
    play.edit_there(OUTCOME, play.outcome, objective="theirs", baseline="theirs alone")
    play.edit_here(play.outcome, member=play.link(other).record_id)
    play.sync()
    play.work(seconds=130)
    assert play.there(OUTCOME, play.outcome, "objective") == "theirs"
    play.crm.put(ACCOUNT, play.account, Is_Member__c=True)
    play.sync()
    play.ends_well()
    assert play.there(OUTCOME, play.outcome, "baseline") == "theirs alone"
