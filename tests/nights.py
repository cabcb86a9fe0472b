"""Tests that `make test` leaves to `make night` because of their time, each with what stands for it by day.

For whole tests, and for parameters of fixtures; of a test's own parameters `tests/sample.by_day` takes a sample.
"""

import zlib
from collections.abc import Iterable

# Where it stands (without `tests/`; what begins so is left out) -> what notices the same kind of fault by day.
LEFT: dict[str, str] = {
    "browser/test_axe.py::test_axe_finds_nothing_on_a_narrow_screen[report": "home, a commitment and a receipt",
    "browser/test_desk.py::test_without_scripts_and_in_french": "with the keyboard alone, which needs none either",
    "browser/test_hub.py::": "hub/test_comparison; axe on a country's pages, whose style is the same",
    "browser/test_search.py::test_from_a_disk_it_says_that_it_does_not_work_there": "an index that cannot be fetched",
    "cli/test_cli.py::test_a_number_is_traced_in_one_screen_and_all_of_it_on_demand[fr]": "in English and Spanish",
    "cli/test_cli.py::test_a_publication_is_signed_and_its_key_replaced": "publishing/test_keyring, test_trust",
    "cli/test_cli.py::test_a_rollback_is_told_in_both_languages": "upkeep/test_rollback",
    "cli/test_cli.py::test_in_spanish_diff_trace_reproduce_and_repair_hold_no_english_word": "run, status and check",
    "cli/test_cli.py::test_what_commands_list_fits_80_columns[en]": "in Spanish and French, whose words are longer",
    "cli/test_cli.py::test_what_the_law_wants_gone_is_listed_then_removed": "upkeep/test_purging",
    "consumers/test_readers.py::test_frictionless_reads_and_validates_the_remote_package[v/": "`latest` is read",
    "flows/test_dask.py::": "runs/test_scouting: other machines are functions there, which are given pickled values",
    "flows/test_deployments.py::test_deploying_all_registers_what_the_file_says": "each is loaded with its parameters",
    "flows/test_flows.py::test_a_backfill_makes_one_release_for_each_date_and_only_once": "an example of three dates",
    "flows/test_flows.py::test_a_flow_takes_its_keys_to_object_storage_from_a"
    "_block": "the environment, in runs and store",
    "flows/test_flows.py::test_mail_that_cannot_be_sent_leaves_the_run_as_it_was_and_is_kept_for_the"
    "_next": "mail/test_post",
    "flows/test_flows.py::test_without_the_private_store_of_the_newest_release_every_flow_fails_and_writes_nothing"
    "[ogp-backfill]": "the other flows",
    "flows/test_secrets.py::test_a_bucket_that_refuses_us_and_says_with_what_leaves_none_of_it"
    "[block]": "the environment",
    "flows/test_watching.py::test_a_flow_is_watched": "runs/test_told; the log of a flow; telemetry/test_export",
    "html/test_validity.py::": "axe in a browser; npm does not reach its registry from everywhere",
    "hub/test_archive.py::": "metadata/test_archives",
    "hub/test_comparison.py::test_the_catalogue_conforms": "metadata/test_catalog",
    "hub/test_comparison.py::test_the_same_releases_give_the_same_bytes": "release/test_build",
    "hub/test_night.py::test_what_one_suffers_harms_no_other": "hub/test_opening, runs/test_workers",
    "i18n/test_languages.py::test_every_place_that_may_name_one_still_does": "no code names one elsewhere",
    "intake/test_receipt.py::test_a_receipt_stays_below_a_megabyte_whatever_is_wrong[one kind]": "many kinds",
    "metadata/test_archives.py::test_from_the_newest_records_and_what_is_known_of_the_others_the"
    "_catalogues_are_the_same": "its other test",
    "metadata/test_consumers.py::test_ckans_loader_finds_a_fault_that_we"
    "_plant": "faults planted for the CSVW validator: the judges are locked",
    "metadata/test_consumers.py::test_croissants_judge_finds_a_fault_that_we"
    "_plant": "faults planted for the CSVW validator: the judges are locked",
    "publishing/test_kills.py::test_a_publish_passes_every_marked_step_in_order[": "killed between any two effects",
    "publishing/test_kills.py::test_killed_again_and_again_it_still_commits_once[s3]": "a directory",
    "publishing/test_kills.py::test_killed_at_any_marked_step[": "between any two effects, on S3 too",
    "publishing/test_network.py::test_a_server_killed_and_started_again_while_three_publish": "each write in turn",
    "publishing/test_races.py::test_a_commit_by_a_plain_put_would_be_noticed[s3]": "a directory",
    "publishing/test_races.py::test_killed_publishers_do_not_disturb_the_others[s3]": "a directory",
    "publishing/test_races.py::test_of_twenty_publishers_exactly_one_wins_the_number[s3]": "a directory; kills on S3",
    "publishing/test_races.py::test_racing_publishers_win_one_number_each[s3]": "a directory; kills on S3",
    "publishing/test_repair_races.py::test_killed_repairs_and_rollbacks_race_a_publisher[s3": "a directory",
    "publishing/test_web_hosts.py::test_a_hint_that_promises_too_much_is_named_and_not_followed[1000000000": "one more",
    "publishing/test_web_hosts.py::test_damage_is_damage_on_every"
    "_host[latest": "what each release says, missing or wrong",
    "publishing/test_web_hosts.py::test_damage_is_damage_on_every_host[v/": "what each release says, missing or wrong",
    "publishing/test_web_hosts.py::test_damage_is_damage_on_every"
    "_host[versions": "what each release says, missing or wrong",
    "publishing/test_web_hosts.py::test_what_is_published_after_a_verification_is_sound_for_the_next[nginx": "caches",
    "publishing/test_web_hosts.py::test_what_is_published_after_a_verification_is_sound_for_the_next[single": "caches",
    "recipes/test_recipes.py::test_a_recipe_works_when_it_is_followed_to_the_letter[store]": "the recipe for a format",
    "release/test_datapackage.py::test_frictionless_sees_when_a_published_file_was_altered[plan": "tables of progress",
    "release/test_datapackage.py::test_frictionless_sees_when_a_published_file_was"
    "_altered[progress/updates.csv-MX0001.2": "an altered value",
    "runs/test_bad_input.py::test_the_other_sources_are_published_and_the_outcome_is_still_red": "runs/test_told",
    "runs/test_checkpoint.py::test_what_rules_look_up_is_moved_on_to_what_it_would_be_if_it_were_made"
    "_anew": "tables/test_standing",
    "runs/test_corrections.py::test_a_late_report_and_a_correction_are_seen_as_such_and_the_history"
    "_keeps_every_value": "evaluation/test_history, release/test_changes",
    "runs/test_held_inbox.py::test_other_guards_release_what_left_its_inbox[bucket]": "a folder",
    "runs/test_held_inbox.py::test_other_guards_that_hold_it_too_leave_it_on_hold_once[bucket]": "a folder",
    "runs/test_held_inbox.py::test_who_let_it_in_stands_in_a_new_receipt_beside_the_first[bucket]": "a folder",
    "runs/test_inbox.py::test_a_dropped_file_is_published_and_comes_back_as_a_receipt[bucket]": "a folder",
    "runs/test_inbox.py::test_a_file_about_anothers_commitments_says_whose_they_are[bucket]": "a folder",
    "runs/test_inbox.py::test_a_file_that_says_something_else_does_not_make_an_older_one_news[bucket]": "a folder",
    "runs/test_inbox.py::test_a_file_that_was_corrected_and_is_sent_once_more_is_news_when_somebody_lets_it_in"
    "[bucket]": "a folder",
    "runs/test_inbox_kills.py::test_killed_at_any_step_a_file_is_still_there_or_its_receipt_is[bucket-": "a folder",
    "runs/test_inbox_kills.py::test_killed_at_any_step_a_file_is_still_there_or_its_receipt_is[folder-good": "bad.csv",
    "runs/test_languages.py::test_a_change_of_languages_gives_the_tables_other"
    "_columns": "French pages, and their columns",
    "runs/test_languages.py::test_texts_have_columns_in_the_programmes_languages": "a change of languages",
    "runs/test_other_software.py::test_a_delivery_beside_other_software_keeps_its_own_cause": "fixed numbers say so",
    "runs/test_other_software.py::test_a_delivery_that_says_nothing_new_is_computed"
    "_once": "other software that says the same, which is remembered as well",
    "runs/test_other_software.py::test_the_command_says_at_the_end_what_to_check_out": "what `reproduce` answers",
    "runs/test_other_software.py::test_what_is_remembered_may_be_lost": "what it says is computed once",
    "runs/test_raising_sources.py::test_a_source_that_raises_leaves_the_others"
    "_published": "runs/test_containment: a worker died; what nobody foresaw is the result of its source",
    "runs/test_rehearsal.py::test_a_draft_says_so_on_each_page_and_the_first_release_is_as_without"
    "_it": "what it shows of the next release",
    "runs/test_rehearsal.py::test_files_stay_in_their_inbox_and_nobody_gets_a_receipt": "it changes nothing",
    "runs/test_session_sheet.py::test_what_the_secretary_writes_into_the_sheet_is_published_and_what_was"
    "_left_open_is_not": "its other tests, and runs/test_joint_evaluation",
    "runs/test_succession.py::test_ogp_run_says_where_the_private_store_is_expected_and_what_to"
    "_do[an empty mount point": "a store that is not mounted",
    "runs/test_unfit_rows.py::test_a_day_at_the_end_of_the_calendar_is_published[0001": "the last day",
    "site/test_report_figures.py::test_every_table_of_the_page_says_what_the_published_files"
    "_say[": "the example's report, in test_example",
    "site/test_weight.py::test_no_page_of_a_large_country_is_too_heavy": "its lists and reports by day",
    "starter/test_mexico.py::test_ckan_loads_the_tables_of_the"
    "_example": "a small country's, in metadata/test_consumers",
    "starter/test_mexico.py::test_every_table_has_a_template_in_spanish_that_a_source_reads_back": "test_workbook",
    "store/test_s3.py::TestS3StoreOnMoto": "SeaweedFS",
    "store/test_s3.py::test_another_server_says_the_same_of_conditions": "SeaweedFS",
    "templates/test_round_trip.py::test_what_was_chosen_is_what_counts": "what LibreOffice saves is accepted",
    "templates/test_workbook.py::test_every_table_of_every_supplier_can_be_made"
    "[es]": "test_party makes all tables of a party",
    "test_architecture.py::test_every_package_can_be_imported_first": "rooms import only from those above",
    "test_canada.py::": "the example of the United States, and the first country",
    "test_example.py::test_ckan_loads_every_listed_table_with_the_types_that_the_descriptor"
    "_says": "a small country's, in metadata/test_consumers",
    "test_example.py::test_every_release_is_rebuilt_to_the_same_bytes": "a small country's, and two builds elsewhere",
    "test_first_country.py::test_every_command_of_the_page_leads_to_a_published_site": "the commands of the README",
    "upkeep/test_copies.py::test_after_the_store_is_lost_the_same_history_goes_on_elsewhere_from_its_copy"
    "[bucket]": "a folder",
    "upkeep/test_older_stores.py::test_a_publication_of_the_oldest_software_goes_on_and_is"
    "_proven": "each store takes the next file; a table that an older release lacks has no rows",
    "upkeep/test_purging.py::test_rows_that_a_later_delivery_shares_are_not_purged_with_the"
    "_earlier": "publishing/test_purge",
    "upkeep/test_rollback.py::test_a_corrected_delivery_lifts_it": "other inputs lift it, in runs/test_other_software",
    "upkeep/test_rollback.py::test_a_rollback_can_be_rolled_back": "one step back",
    "upkeep/test_rollback.py::test_a_rollback_is_rebuilt_to_the_same_bytes": "the old content is a new release",
    "upkeep/test_rollback.py::test_interrupted_and_repeated_it_is_completed[committed]": "completed or done again",
    "upkeep/test_rollback.py::test_interrupted_and_repeated_it_is_completed[pages]": "one that died after its commit",
    "workbooks/test_bombs.py::test_a_bomb_is_refused_in_one_sentence_and_little_memory[70,000 parts]": "the others",
}

# Many of one kind, of which one in so many runs by day as well.
SAMPLED = {
    "differential/test_corpus.py::test_a_nasty_file_gets_the_report_of_frictionless[": 10,
    "publishing/test_web_hosts.py::test_every_fault_of_the_headers_is_named_once_and_is_no_damage[": 3,
    "site/test_report.py::test_no_measure_that_a_section_names_is_dropped[": 3,
}


def is_left(nodeid: str) -> bool:
    """Whether this test runs at night only."""
    name = nodeid.removeprefix("tests/")
    return name.startswith(tuple(LEFT)) or any(
        name.startswith(start) and zlib.crc32(name.encode()) % many for start, many in SAMPLED.items()
    )


def unmatched(nodeids: Iterable[str]) -> list[str]:
    """Names of LEFT that no test bears, though tests of their file are among these: renamed, or gone."""
    names = [nodeid.removeprefix("tests/") for nodeid in nodeids]
    files = {name.partition("::")[0] for name in names}
    return [
        left for left in LEFT if left.partition("::")[0] in files and not any(name.startswith(left) for name in names)
    ]
