"""`deterrence solve` on a game in strategic form."""

import json

import pytest
from click.testing import CliRunner

import deterrence as dt
from deterrence.cli import main

ENTRY = """NFG 1 R "entry" { "Challenger" "Defender" }
{ { "stay" "attack" } { "fight" "yield" } }

0 2 -1 -1 0 2 1 0
"""


@pytest.fixture
def entry(tmp_path):
    path = tmp_path / "entry.nfg"
    path.write_text(ENTRY, encoding="utf-8")
    return path


def test_the_answer_in_words_names_both_components(entry):
    answer = CliRunner().invoke(main, ["solve", str(entry)])
    assert answer.exit_code == 0
    assert "2 connected components of Nash equilibria" in answer.output
    assert "2 x 2 actions" in answer.output
    assert "information set" not in answer.output


def test_the_document_holds_the_extreme_equilibria(entry):
    answer = CliRunner().invoke(main, ["solve", str(entry), "--json"])
    assert answer.exit_code == 0
    document = json.loads(answer.stdout)
    assert document["concept"] == "nash"
    assert document["complete"] is True
    rows = [
        (e["strategy"]["Challenger"]["()"]["stay"], e["strategy"]["Defender"]["()"]["fight"])
        for e in document["equilibria"]
    ]
    assert {(1.0, 1.0), (1.0, 0.5), (0.0, 0.0)} <= set(rows)
    assert all(e["regret"] == 0 and e["exact"] for e in document["equilibria"])


def test_what_is_saved_is_loaded_and_checked_again(entry, tmp_path):
    kept = tmp_path / "kept.json"
    assert CliRunner().invoke(main, ["solve", str(entry), "--save", str(kept)]).exit_code == 0
    again = dt.load(kept)
    assert len(again) == 2
    assert all(e.certificate.holds for e in again)


def test_anybodys_profile_is_checked_in_strategic_form(entry):
    game = dt.read_game(entry)
    threat = {"Challenger": "stay", "Defender": {"fight": "1/2", "yield": "1/2"}}
    assert dt.certify(game, threat).holds
    weak = {"Challenger": "stay", "Defender": {(): {"fight": "1/3", "yield": "2/3"}}}
    refused = dt.certify(game, weak)
    assert not refused.holds
    assert "gains 1/3" in str(refused)  # 2/3 - 1/3 by attacking
