"""Templates as files: written and read back letter for letter, and every mistake with its place (T1, T4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE
from tests.world import World

from msgcenter_tui.center import audit, template_folder, template_set, templates
from msgcenter_tui.center.template_files import KEYS, Fault, read, write
from msgcenter_tui.center.template_set import Import, Source
from msgcenter_tui.center.template_words import Words, look_over
from msgcenter_tui.domain import Role, Staff, Template, TemplateId, Workspace
from msgcenter_tui.errors import BadInput, NotFound, Refused
from msgcenter_tui.rules.fields import FIELDS

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "templates.md").read_text("utf-8")

GOOD = "---\nname: Welcome\n---\nHello"

lines = st.text(alphabet=st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [
        "Re: hello",
        '"',
        "'",
        "# x",
        "- a",
        "{x}",
        "\\",
        "\\n",
        "yes",
        "1e3",
        "~",
        "null",
        "---",
        "a #b",
        " x ",
        *HOSTILE.values(),
    ]
)
bodies = lines | st.lists(lines, max_size=4).map("\n".join)


def faults(text: str) -> list[tuple[int, int, str]]:
    found, wrong = read(text.encode())
    assert found is None
    return [(one.line, one.column, one.why) for one in wrong]


def words(text: str | bytes) -> Words:
    found, wrong = read(text.encode() if isinstance(text, str) else text)
    assert wrong == ()
    assert found is not None
    return found.words


# -- there and back ---------------------------------------------------------------------------------------------------


@given(lines, st.sampled_from(["", "hol", "a.b-c_1"]), lines, bodies, st.sampled_from(["", "\ufeff"]))
def test_what_is_written_is_read_back_letter_for_letter(
    name: str, short: str, subject: str, body: str, bom: str
) -> None:
    kept, wrong = look_over(name, short, subject, body)  # T1
    if not wrong:
        assert words(bom + write(kept)) == kept
        assert words((bom + write(kept)).replace("\n", "\r\n")) == kept


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_go_out_and_come_back(text: str) -> None:  # M3
    kept, wrong = look_over("Name " + text[:100], "", "", "Text " + text[:10_000])
    if not wrong:
        assert words(write(kept)) == kept


@given(st.binary(max_size=200) | st.text().map(lambda text: f"---\n{text}".encode("utf-8", "replace")))
def test_any_bytes_are_a_template_or_told_to_be_none(data: bytes) -> None:  # S1
    found, wrong = read(data)
    assert (found is None) == bool(wrong)
    count = re.sub(rb"\r\n?", b"\n", data).count(b"\n") + 2
    assert all(1 <= fault.line <= count + data.count(b"\x0b") + data.count(b"\x0c") + len(data) for fault in wrong)
    assert all(fault.column >= 1 and fault.why for fault in wrong)


def test_a_file_says_what_a_person_writes() -> None:
    front = "---\n# ours\nname: Re: the closing   \n\nsubject: 'It''s on'  # soon\nshortcut:   /Hol\n---\n"
    assert words(f"{front}\nDear [[who]],\n\n") == Words("Re: the closing", "hol", "It's on", "\nDear [[who]],\n")
    assert words('---\nname: "a\\"b \\u00e9 # \\\\u12"\nsubject:\n---\nx').name == 'a"b é # \\u12'
    assert words("---  \r\nname: x\r\n--- \r\none\r\ntwo\r\n").body == "one\ntwo"


# -- what is wrong, and where (T4, S1) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", (1, 1, "begins with a line")),
        ("", (1, 1, "begins with a line")),
        ("---\nname: x\nHello", (1, 1, "not closed")),
        ("---\n---\nHello", (2, 1, "name is missing")),
        ("---\nsubject: x\n---\nHello", (3, 1, "name is missing")),
        ("---\nnane: x\n---\nHello", (2, 1, "did you mean name?")),
        ("---\nname: x\nShortcut: y\n---\nHello", (3, 1, "did you mean shortcut?")),
        ("---\nname: x\ntags: y\n---\nHello", (3, 1, "the keys are name, shortcut, subject")),
        ("---\nname: x\nname: y\n---\nHello", (3, 1, "first in line 2")),
        ("---\nname: x\n  subject: y\n---\nHello", (3, 1, "take the space away")),
        ("---\nname: x\n- y\n---\nHello", (3, 1, "says nothing")),
        ("---\nname:x\n---\nHello", (2, 6, "a space behind the colon")),
        ("---\nname: x\nsubject: [a, b]\n---\nHello", (3, 10, 'write it as "[a, b]"')),
        ("---\nname: x\nsubject: a #b\n---\nHello", (3, 10, "in quotes")),
        ('---\nname: x\nsubject: "a\n---\nHello', (3, 10, "not closed")),
        ("---\nname: x\nsubject: 'a'b\n---\nHello", (3, 10, "not closed")),
        ('---\nname: x\nsubject: "a\\x41"\n---\nHello', (3, 12, "no such escape")),
        ("---\nname: x1\n---\nHello", (2, 7, "how ids look")),
        ("---\nname:\n---\nHello", (2, 6, "name is empty")),
        ("---\nname: x\nshortcut: a b\n---\nHello", (3, 11, "is no shortcut")),
        ("---\nname: x\nsubject: For {{ client.name }}\n---\nHello", (3, 14, "put them into the text")),
        ('---\nname: x\nsubject: "For {{ client.name }}"\n---\nHello', (3, 15, "put them into the text")),
        ("---\nname: x\n---\n", (4, 1, "the template is empty")),
        ("---\nname: x\n---", (4, 1, "the template is empty")),
        ("---\nname: x\n---\nDear\n {{ client.frist_name }}", (5, 2, "did you mean {{ client.first_name }}?")),
        (f"---\nname: x\n---\nDear\n{'x' * 20_000}", (5, 19_996, "too long")),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column_of_the_file(text: str, expected: tuple[int, int, str]) -> None:
    (found,) = faults(text)
    assert (found[:2], expected[2] in found[2]) == (expected[:2], True), found
    assert [one[0] for one in faults(text.replace("\n", "\r\n"))] == [found[0]]


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = faults("---\nname: x\nshortcut: a b\ncolour: red\n---\n{{ a }}\n[[b\n")
    assert [one[:2] for one in found] == [(3, 11), (4, 1), (6, 1), (7, 1)]


def test_what_is_not_utf8_is_told_where() -> None:
    assert read("---\nname: Café".encode("latin-1"))[1] == (Fault(2, 10, "this is not UTF-8; save the file as UTF-8"),)
    assert read(GOOD.encode("utf-16"))[1][0][:2] == (1, 1)


# -- into the store ---------------------------------------------------------------------------------------------------


def bring(world: World, person: Staff, *texts: str, **more: object) -> Import:
    sources = [Source(f"{number}.md", text.encode()) for number, text in enumerate(texts, 1)]
    return world.run(template_set.import_templates, world.actor(person), sources, **more)  # type: ignore[arg-type]


def test_good_files_come_in_and_every_other_is_named(world: World, maya: Staff) -> None:  # T1, T4
    kept = world.run(templates.add, world.actor(maya), "Kept", "As it was", shortcut="k")
    changed = world.run(templates.add, world.actor(maya), "Changed", "Before", shortcut="c", subject="S")
    texts = [
        write(kept), "---\nname: CHANGED\n---\nAfter", GOOD, "---\nname: Bad\n---\n{{ nothing }}\n{{ here }}",
        "---\nname: welcome\n---\nAgain", "---\nname: Other\nshortcut: k\n---\nx", "no template",
    ]  # fmt: skip
    dry = bring(world, maya, *texts, dry_run=True)
    assert {one.name for one in world.run(templates.list_templates, world.actor(maya))} == {"Kept", "Changed"}
    report = bring(world, maya, *texts)
    assert report == dry
    assert (report.added, report.updated, report.unchanged) == (
        (("3.md", "Welcome"),),
        (("2.md", "CHANGED"),),
        (("1.md", "Kept"),),
    )
    places = [(one.file, one.line, one.column) for one in report.rejected]
    assert places == [("4.md", 4, 1), ("4.md", 5, 1), ("5.md", 2, 7), ("6.md", 3, 11), ("7.md", 1, 1)]
    assert "3.md is of this name, too" in report.rejected[2].why
    assert "'Kept'" in report.rejected[3].why
    after = world.run(templates.get, world.actor(maya), changed.id)
    assert (after.name, after.shortcut, after.subject, after.body) == ("CHANGED", "", "", "After")
    acts = [record.act for record in world.run(audit.list_records, world.actor(maya)).items]
    assert acts[:2] == ["template.add", "template.edit"]  # S2
    assert len(bring(world, maya, *texts[:3]).unchanged) == 3


def test_a_teams_set_is_brought_in_by_its_owners(world: World, maya: Staff) -> None:  # T1, S4
    lee = world.staff("Lee")
    team = world.team("Bright Beginnings", maya, contributor=lee)
    assert len(bring(world, maya, GOOD, team=team.id).added) == 1
    assert len(bring(world, maya, GOOD).added) == 1  # of its own, beside the team's
    with pytest.raises(Refused, match="that is for Owners"):
        bring(world, lee, GOOD, team=team.id)
    with pytest.raises(NotFound):
        bring(world, world.staff("Kim"), GOOD, team=team.id)
    with pytest.raises(Refused):
        world.run(template_set.import_templates, world.portal(world.client("Ana", team, portal=True)), [])


def test_what_is_exported_comes_in_elsewhere_as_it_was(world: World, maya: Staff, tmp_path: Path) -> None:  # T1
    lee = world.staff("Lee")
    team = world.team("Bright Beginnings", maya)
    for number, text in enumerate(HOSTILE.values()):
        _, wrong = look_over(f"{number} {text[:100]}", "", text[:100], text[:10_000])
        if not wrong:
            world.run(templates.add, world.actor(maya), f"{number} {text[:100]}", text[:10_000], subject=text[:100])
    world.run(templates.add, world.actor(maya), "Ours", "x\n\n", shortcut="o", team=team.id)
    chosen = world.run(template_set.to_export, world.actor(maya))
    template_folder.put(template_folder.plan(str(tmp_path / "set"), chosen))
    report = world.run(template_set.import_templates, world.actor(lee), template_folder.gather([str(tmp_path / "set")]))
    assert report.rejected == ()

    def said(templates: tuple[Template, ...]) -> list[tuple[str, ...]]:
        return [(one.name, one.shortcut, one.subject, one.body) for one in templates]

    assert said(world.run(templates.list_templates, world.actor(lee))) == said(chosen)


def test_the_chosen_are_exported(world: World, maya: Staff) -> None:  # S5
    team: Workspace = world.team("Bright Beginnings", maya)
    world.member(team, world.staff("Lee"), Role.CONTRIBUTOR)
    mine = world.run(templates.add, world.actor(maya), "Welcome", "x", shortcut="hi")
    ours = world.run(templates.add, world.actor(maya), "Welcome", "x", team=team.id)

    def chosen(*named: str, **more: str) -> tuple[Template, ...]:
        return world.run(template_set.to_export, world.actor(maya), named, **more)

    assert set(chosen()) == {mine, ours}
    assert chosen(team=team.id) == chosen("welcome", team=team.id) == (ours,)
    assert chosen("/hi", mine.id) == (mine,)
    with pytest.raises(Refused, match=ours.id):
        chosen("Welcome")
    with pytest.raises(NotFound):
        chosen("Nothing")


# -- on the disk ------------------------------------------------------------------------------------------------------


def template(name: str, body: str = "x") -> Template:
    return Template(TemplateId("x1"), name, "", "", body, None, None, editable=True)


def test_nothing_that_holds_other_words_is_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "set"
    first = [template("Welcome"), template("Other")]
    plan = template_folder.plan(str(folder), first)
    assert (plan.new, plan.same, plan.other) == (("welcome.md", "other.md"), (), ())
    template_folder.put(plan)
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "welcome.md": 0o600,
        "other.md": 0o600,
    }
    assert template_folder.plan(str(folder), first).same == ("welcome.md", "other.md")
    changed = template_folder.plan(str(folder), [template("New"), template("Welcome", "y")])
    assert (changed.new, changed.other) == (("new.md",), ("welcome.md",))
    with pytest.raises(Refused, match=r"nothing was exported.*welcome\.md"):
        template_folder.put(changed)
    assert not (folder / "new.md").exists()
    template_folder.put(changed, force=True)
    assert (folder / "welcome.md").read_text("utf-8").endswith("\ny\n")
    assert {file.name for file in folder.iterdir()} == {"welcome.md", "other.md", "new.md"}


@pytest.mark.parametrize("words", ["mine", None], ids=["a file", "nothing"])
def test_a_link_stays_one_and_where_it_leads_to_is_written_only_if_wanted(tmp_path: Path, words: str | None) -> None:
    kept, folder = tmp_path / "kept.md", tmp_path / "set"
    if words is not None:
        kept.write_text(words)
    folder.mkdir()
    (folder / "welcome.md").symlink_to(kept)
    plan = template_folder.plan(str(folder), [template("Welcome")])
    with pytest.raises(Refused, match=r"welcome\.md would be overwritten"):
        template_folder.put(plan)
    assert (kept.read_text() if kept.exists() else None) == words
    template_folder.put(plan, force=True)
    assert (folder / "welcome.md").is_symlink()
    assert kept.read_text("utf-8").endswith("\nx\n")
    assert template_folder.plan(str(folder), [template("Welcome")]).same == ("welcome.md",)


@given(
    st.lists(
        st.text(min_size=1, max_size=200) | st.sampled_from([*HOSTILE.values(), "con", "a/../b", "é", "É"]), max_size=6
    )
)
def test_a_file_name_is_safe_and_its_own(names: list[str]) -> None:
    taken: set[str] = set()
    made = [template_folder.file_name(name[:200], taken) for name in names]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert name.endswith(".md")
        assert len(name.encode()) <= 255
        assert not re.search(r"[\\/:*?\"<>|\x00-\x1f\x7f]", name)
        assert not name.startswith((".", "-"))
        assert name.removesuffix(".md") not in ("con", "nul", "aux", "prn")


def test_what_cannot_be_read_or_written_says_why(tmp_path: Path) -> None:  # S1
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "big.md").write_bytes(b"x" * (1024 * 1024 + 1))
    for path, why in (("absent", "no such file"), ("empty", "no file there ends in .md"), ("big.md", "too big")):
        with pytest.raises(BadInput, match=why):
            template_folder.gather([str(tmp_path / path)])
    with pytest.raises(BadInput, match="is no folder"):
        template_folder.plan(str(tmp_path / "file"), [])
    with pytest.raises(BadInput, match="not a directory"):
        template_folder.put(template_folder.plan(str(tmp_path / "file" / "below"), [template("x")]))


def test_the_documentation_lists_the_keys_and_the_fields() -> None:  # T3
    assert re.findall(r"^\| `(\w+)` \| (.*) \|$", DOCS, re.MULTILINE) == list(KEYS.items())
    told = re.findall(r"^\| `(\w+\.\w+)` \| (.*) \| (.*?) ?\|$", DOCS, re.MULTILINE)
    assert told == [(one.name, one.words, "can be empty" if one.can_be_empty else "") for one in FIELDS.values()]
