"""The benchmark of maps runs at a small size; what it measures is nobody's promise."""

from benchmarks import maps


def test_a_small_run(capsys):
    maps.main(
        [
            "--game",
            "response",
            "--sizes",
            "12",
            "--resolutions",
            "16",
            "--solve",
            "2",
            "--jobs",
            "1",
        ]
    )
    text = capsys.readouterr().out
    assert "sweep 12 x 12" in text
    assert "adaptive 16 x 16" in text
    assert "missed 0 of 100" in text
    assert "floor" in text
