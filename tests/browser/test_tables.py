"""Tables of one's own: brought by paste, drop or file, read, learned of, named, shared and deleted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.playground import Opener, Playground
from tests.browser.test_accessibility import LOOKS, faults

IRIS = "#data=table_classes"
PHONE = {"width": 390, "height": 844}
PEOPLE = "Größe;Gewicht;Sport;Raucher\n" + "".join(
    f"1,{50 + place % 40};{60 + place * 7 % 30},5;{('viel', 'wenig')[place % 2]};{('ja', 'nein')[place % 40 > 20]}\n"
    for place in range(120)
)
BROKEN = "height;weight\n1,72;64\n1,8;70;7\n1,9;80\n"


def bring(playground: Playground, text: str = PEOPLE) -> Locator:
    """Open the window for tables, and have it read a text."""
    page = playground.page
    page.get_by_role("button", name="Bring a table…").click()
    page.get_by_label("Paste its rows here").fill(text)
    page.get_by_role("button", name="Read this").click()
    return page.get_by_role("dialog", name="Bring a table")


def use(playground: Playground, name: str = "People") -> Playground:
    page = playground.page
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Use this table").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    return playground.until_experiment(name)


def mine(playground: Playground) -> Locator:
    playground.page.get_by_role("button", name="My tables").click()
    return playground.page.get_by_role("dialog", name="My tables")


def chip(playground: Playground, name: str) -> Locator:
    return playground.page.locator(".table-settings").get_by_role("button", name=name, exact=True)


def heads(playground: Playground) -> list[str]:
    """The heads of the table of points."""
    page = playground.page
    page.locator(".below").get_by_role("button", name="Table").click()
    dialog = page.get_by_role("dialog", name="Points and answers")
    expect(dialog.locator("thead th").first).to_be_visible()
    found = dialog.locator("thead th").all_inner_texts()
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    return found


def test_a_german_table_is_detected_and_another_target_learned(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    dialog = bring(playground)
    expect(dialog.get_by_role("heading", name="How it is read")).to_be_focused()
    expect(dialog.get_by_label("Separator")).to_have_value(";")
    expect(dialog.get_by_label("Decimal sign")).to_have_value(",")
    expect(dialog.get_by_label("First row", exact=True)).to_have_value("true")
    expect(dialog).to_contain_text("120 rows, 4 columns, UTF-8")
    expect(dialog.locator(".bring-columns").get_by_role("row", name="Größe")).to_contain_text("1.5 to 1.89, mean 1.695")
    dialog.get_by_label("Target").select_option("Sport")
    expect(dialog).to_contain_text("Classification: the network tells which category a row has.")
    expect(dialog).to_contain_text("Raucher is 2 inputs.")
    use(playground).until_experiment("4 → 8 → 6 → 1")
    expect(playground.page.get_by_role("button", name="Bring a table…")).to_be_focused()
    expect(playground.page.locator(".narrator")).to_contain_text("Each dot is a row of the table, and its colour")
    playground.play().until_epoch(3).pause()
    assert re.fullmatch(r"\d+(\.\d)?%", playground.number("Test accuracy"))
    expect(playground.page.locator(".legend")).to_contain_text("viel")


def test_a_table_is_brought_by_keyboard_alone_on_a_phone(open_page: Opener) -> None:
    page = open_page(IRIS, viewport=PHONE, has_touch=True).until_paused().page
    page.locator(".ways").get_by_text("Set up").click()
    page.get_by_role("button", name="Bring a table…").press("Enter")
    page.get_by_label("Paste its rows here").press_sequentially("a,b\n1,x\n2,y\n3,x\n4,y\n5,x\n6,y\n")
    page.get_by_role("button", name="Read this").press("Enter")
    page.get_by_label("Name", exact=True).press_sequentially("Small")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".table-heading")).to_contain_text("Small 6 rows, 2 columns")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_what_cannot_be_read_is_told_at_its_line(open_page: Opener) -> None:
    playground = open_page(IRIS, forgives="422").until_paused()
    dialog = bring(playground, BROKEN)
    expect(dialog.get_by_role("alert")).to_contain_text("ine 3")
    expect(dialog.locator(".refused")).to_have_text(re.compile(r"3\s+1,8;70;7"))
    dialog.get_by_label("Paste its rows here").fill(PEOPLE)
    dialog.get_by_role("button", name="Read this").click()
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.get_by_label("Target")).to_be_visible()


def test_what_was_detected_can_be_told_otherwise(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    dialog = bring(playground, "1,5;2,5\n2,5;3,5\n3,5;4,5\n4,5;5,5\n5,5;6,5\n")
    expect(dialog).to_contain_text("5 rows, 2 columns")
    dialog.get_by_label("First row", exact=True).select_option("true")
    expect(dialog).to_contain_text("4 rows, 2 columns")


def test_of_few_numbers_one_says_whether_they_name_categories(open_page: Opener) -> None:
    playground = open_page(IRIS, forgives="422").until_paused()
    rows = "".join(f"{n % 12 + 1},{n % 3},{n % 20}{'.0' * (n > 39)},{n * 7}\n" for n in range(80))
    dialog = bring(playground, f"month,weekday,twice,sold\n{rows}")
    expect(dialog.get_by_label("Target")).to_have_value("numbers sold")
    expect(dialog).to_contain_text("3 inputs in all")
    dialog.get_by_label("Kind of month").select_option("categories")
    expect(dialog).to_contain_text("14 inputs in all")
    expect(dialog).to_contain_text("month is 12 inputs.")
    dialog.get_by_label("Target").select_option("categories weekday")
    expect(dialog).to_contain_text("Classification: the network tells which category a row has.")
    expect(dialog).to_contain_text("14 inputs in all")
    dialog.get_by_label("Kind of twice").select_option("categories")  # 1 and 1.0 are two of them
    expect(dialog.get_by_role("alert")).to_contain_text("at most 20 categories, got 40")
    expect(dialog.get_by_label("Kind of twice")).to_have_value("numbers")
    dialog.get_by_label("Kind of month").select_option("numbers")
    expect(dialog.locator(".bring-columns").get_by_role("row", name="month")).to_contain_text("1 to 12")
    dialog.get_by_label("Kind of month").select_option("categories")
    use(playground).until_experiment("14 → 8 → 6 → 3")


def test_a_table_stays_in_another_task(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    page = playground.page
    bring(playground)
    use(playground).until_experiment("4 → 8 → 6 → 1")
    assert page.get_by_label("Target").input_value() == "Raucher"
    page.get_by_role("radio", name="Regress").click()
    expect(page.get_by_label("Target")).to_have_value("Gewicht")
    playground.until_experiment("5 → 8 → 6 → 1")
    page.get_by_role("radio", name="Compress").click()
    playground.until_experiment("4 → 2 → 4")
    expect(page.get_by_label("Label", exact=True)).to_have_value("Sport")
    page.get_by_role("radio", name="Images").click()
    playground.until_experiment("Digits")
    page.get_by_role("radio", name="Compress").click()
    playground.until_experiment("People 4 → ")
    page.get_by_role("radio", name="Classify").click()
    expect(page.get_by_label("Target")).to_have_value("Raucher")


def test_a_table_that_lacks_a_column_for_a_task_says_which(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    page = playground.page
    dialog = bring(playground, "height\n" + "".join(f"1.{n}\n" for n in range(30, 80)))
    expect(dialog.get_by_role("alert")).to_contain_text("a single column of numbers: there must be another column")
    dialog.get_by_role("button", name="Another table").click()
    dialog.get_by_label("Paste its rows here").fill("colour\n" + "red\nblue\ngreen\n" * 9)
    dialog.get_by_role("button", name="Read this").click()
    use(playground, "Colours").until_experiment("3 → 2 → 3")
    said = page.locator(".data").get_by_role("alert")
    page.get_by_role("radio", name="Regress").click()
    expect(said).to_have_text("To regress takes a column of numbers, and “Colours” has none.")
    expect(page.get_by_role("radio", name="Compress")).to_be_checked()
    dialog = bring(playground, "a,b\n" + "".join(f"{n},{n * n}.5\n" for n in range(20)))
    dialog.get_by_label("Target").select_option("")
    use(playground, "Numbers").until_experiment("2 → 2 → 2")
    expect(said).to_have_count(0)
    page.get_by_role("radio", name="Classify").click()
    expect(said).to_have_text("To classify takes a column of 2 to 10 categories, and “Numbers” has none.")


def test_inputs_change_while_it_learns(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    playground.play().until_epoch(5).pause()
    chip(playground, "petal width (cm)").click()
    playground.until_experiment("3 → 8 → 6 → 3").until_link("data.columns=")
    assert playground.epoch >= 5
    expect(chip(playground, "petal width (cm)")).to_have_attribute("aria-pressed", "false")
    chip(playground, "All").click()
    playground.until_experiment("4 → 8 → 6 → 3")


def test_the_map_is_a_slice_or_the_principal_components(open_page: Opener) -> None:
    playground = open_page(f"{IRIS}&data.plane=slice").until_paused()
    assert heads(playground)[1:3] == ["sepal length (cm)", "sepal width (cm)"]
    before = playground.picture(".plane .samples")
    playground.choose("Up", "petal width (cm)")
    playground.until_another_picture(".plane .samples", before)
    assert heads(playground)[1:3] == ["sepal length (cm)", "petal width (cm)"]
    slice = "A slice through sepal width (cm) = 3.0"
    expect(playground.page.locator(".answer")).to_contain_text(slice)
    expect(playground.page.locator(".answer")).to_contain_text("petal length (cm) = ")
    before = playground.picture(".plane .samples")
    playground.choose("Map", "Principal components")
    playground.until_another_picture(".plane .samples", before)
    assert heads(playground)[1:3] == ["component 1 (74%)", "component 2 (22%)"]
    expect(playground.page.get_by_label("Across")).to_have_count(0)
    expect(playground.page.locator(".answer")).to_contain_text("A plane with 96% of the variance")


def test_places_and_values_are_told_in_the_units_of_the_table(open_page: Opener) -> None:
    playground = open_page("#data=table_values&data.plane=slice").until_paused()
    page = playground.page
    page.get_by_text("Rows with the largest errors").click()
    row = page.locator(".residuals tbody tr").first
    row.get_by_role("button").click()
    expect(row.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    target, length, width = (row.locator("td").nth(place).inner_text() for place in (0, 3, 4))
    expect(page.locator(".reading-of-point")).to_contain_text(re.compile(rf"^{target} at \({length}, {width}\)"))
    assert 0.1 <= float(target) <= 2.5 and 4.3 <= float(length) <= 7.9


def test_a_point_picked_on_the_map_is_marked_among_the_rows(open_page: Opener) -> None:
    page = open_page(IRIS).until_paused().page
    page.get_by_text("Rows with the largest errors").click()
    button = page.locator(".residuals tbody").get_by_role("button").nth(1)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("listbox", name="Points, to pick one of them").press("ArrowRight")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_an_experiment_on_a_table_is_in_its_link(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    bring(playground)
    use(playground).until_link("data.called=People")
    chip(playground, "Größe").click()
    playground.until_link("data.columns=Gewicht,Sport;viel;wenig")
    link = playground.link
    other = playground.page.context.new_page()
    other.goto(f"about:blank#{link}")
    other.goto(playground.page.url)
    expect(other.locator(".table-heading")).to_contain_text("People 120 rows, 4 columns")
    expect(other.locator(".experiment")).to_contain_text("3 → 8 → 6 → 1")
    assert other.url == playground.page.url


def test_a_file_is_dropped_and_rows_are_pasted_anywhere(open_page: Opener) -> None:
    page = open_page().until_paused().page
    for event in ("dragover", "drop"):
        page.evaluate(
            """([event, text]) => {
              const dataTransfer = new DataTransfer();
              for (const name of ["people.csv", "more.csv"]) dataTransfer.items.add(new File([text], name));
              document.body.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
            }""",
            [event, PEOPLE],
        )
        says = "Drop a table, or a folder or a ZIP of images" if event == "dragover" else None
        assert page.locator("body").get_attribute("data-drop") == says
    dialog = page.get_by_role("dialog", name="Bring a table")
    expect(dialog).to_contain_text("the first file is read, the other is left")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("people")
    dialog.get_by_role("button", name="Close").click()
    page.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        "a\tb\n1\tx\n2\ty\n3\tx\n4\ty\n",
    )
    expect(dialog.get_by_label("Separator")).to_have_value("\t")
    expect(dialog).to_contain_text("4 rows, 2 columns")


def test_a_file_is_chosen(open_page: Opener, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-16")
    page = open_page(IRIS).until_paused().page
    page.get_by_role("button", name="Bring a table…").click()
    page.get_by_label("File of a table").set_input_files(tmp_path / "people.csv")
    expect(page.get_by_role("dialog")).to_contain_text("120 rows, 4 columns, UTF-16")


def test_a_table_is_renamed_shared_and_deleted(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    page = playground.page
    bring(playground)
    use(playground)
    page.get_by_role("button", name="Share", exact=True).click()
    share = page.get_by_role("dialog", name="Share")
    expect(share).to_contain_text("is yours alone")
    share.get_by_role("button", name="Share the table").click()
    expect(share.get_by_text("is yours alone")).to_have_count(0)
    share.get_by_role("button", name="Close").click()
    dialog = mine(playground)
    expect(dialog).to_contain_text("Tables and sets of images: 1 of 20")
    expect(dialog.get_by_role("switch")).to_be_checked()
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Folk")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_contain_text("Folk 120 rows")
    expect(dialog.get_by_role("button", name="Rename")).to_be_focused()
    playground.until_experiment("Folk")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Save as CSV").click()
    assert download.value.suggested_filename == "Folk.csv"
    dialog.get_by_role("button", name="Delete").dblclick()
    question = page.get_by_role("dialog", name="Delete Folk?")
    question.get_by_role("button", name="Delete for good").dispatch_event("click", {"detail": 2})  # by a double click
    expect(question).to_contain_text("One of your runs trains on it: it goes on, and keeps it for itself.")
    question.get_by_role("button", name="Delete for good").click()
    expect(dialog).to_contain_text("You have brought no table yet.")
    expect(dialog.get_by_text("Folk is deleted.")).to_be_focused()
    expect(dialog).to_contain_text("only your runs hold 0.002 MB")


def test_missing_cells_are_counted_and_dropped_or_filled(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    rows = "".join(f"{place},{'' if place % 4 else place * 2},{'xy'[place % 2]}\n" for place in range(1, 41))
    dialog = bring(playground, f"a,b,kind\n{rows}")
    dialog.get_by_label("Drop the rows in which an input is missing: 30 of 40").check()
    dialog.get_by_label("Fill in the mean, of categories the most frequent: all 40 rows stay").check()
    use(playground).until_link("data.missing=fill")
    assert playground.page.get_by_label("Missing").input_value() == "fill"
    expect(playground.page.locator(".narrator")).to_contain_text("Missing cells filled in")
    playground.choose("Missing", "Drop").page.get_by_text(
        "left out, because cells in them are missing: 30 of 40."
    ).wait_for()


def test_of_very_many_rows_some_are_drawn_and_all_are_learned(open_page: Opener, tmp_path: Path) -> None:
    playground = open_page(IRIS).until_paused()
    page = playground.page
    file = tmp_path / "many.csv"
    file.write_text("x,y,kind\n" + "".join(f"{n % 83},{n % 57},{'ab'[n % 83 > n % 57]}\n" for n in range(6000)))
    page.get_by_role("button", name="Bring a table…").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)
    use(playground, "Many")
    expect(page.locator(".legend")).to_contain_text("3,000 of 6,000 drawn")
    page.locator(".below").get_by_role("button", name="Table").click()
    expect(page.get_by_role("dialog")).to_contain_text("of 6,000")


def test_an_autoencoder_says_a_row_again(open_page: Opener) -> None:
    playground = open_page("#data=unlabelled_table").until_paused()
    page = playground.page
    row = page.locator(".row-pair")
    expect(row.get_by_role("row", name="petal width (cm)").locator("td").first).to_have_text(re.compile(r"^\d\.?\d*$"))
    before, given = row.locator("table").inner_text(), playground.picture('[data-neuron="0.2"] canvas')
    row.get_by_role("button", name="Next row").click()
    expect(row.locator("table")).not_to_have_text(before, use_inner_text=True)
    playground.until_another_picture('[data-neuron="0.2"] canvas', given)
    expect(page.locator(".narrator")).to_contain_text("4 inputs")


def test_long_names_of_classes_can_be_read(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    page = playground.page
    names = ("definitely yes, as soon as possible", "never again in my whole life", "perhaps, if it were cheaper")
    bring(playground, "stars,again\n" + "".join(f'{n % 7},"{names[n % 3]}"\n' for n in range(60)))
    use(playground)
    name = page.locator(".class-name").first
    expect(name).to_have_text(names[0])
    graph, box = page.locator(".graph").bounding_box(), name.bounding_box()
    assert graph and box and box["x"] + box["width"] <= graph["x"] + graph["width"]
    is_cut = "name => name.scrollHeight > name.clientHeight + 1"
    assert name.evaluate(is_cut)
    page.locator('[data-neuron="2.0"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[data-neuron="3.0"]')).to_be_focused()
    assert not name.evaluate(is_cut)
    page.locator('[data-neuron="1.0"]').click()
    page.mouse.move(0, 0)
    told, button = page.get_by_text("Showing only"), page.get_by_role("button", name="Show the output")
    text, beside = told.bounding_box(), button.bounding_box()
    assert text and beside and text["x"] + text["width"] <= beside["x"]
    assert not told.evaluate("told => told.scrollWidth > told.clientWidth")


def test_a_long_name_of_a_table_ends_before_what_stands_beside_it(open_page: Opener) -> None:
    playground = open_page(IRIS).until_paused()
    bring(playground)
    use(playground, ("What somebody calls a table " * 4)[:80].strip())
    name = playground.page.locator(".experiment b")
    text, status = name.bounding_box(), playground.status.bounding_box()
    assert text and status and text["x"] + text["width"] <= status["x"] - 8
    expect(name).to_have_css("text-overflow", "ellipsis")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_no_serious_fault_in_its_windows(open_page: Opener, size: tuple[int, int], theme: str) -> None:
    width, height = size
    playground = open_page(IRIS, color_scheme=theme, viewport={"width": width, "height": height}).until_paused()
    if width < 861:
        playground.page.locator(".ways").get_by_text("Set up").click()
    assert not faults(playground)
    expect(bring(playground).get_by_label("Target")).to_be_visible()
    assert not faults(playground)
    use(playground)
    expect(mine(playground)).to_contain_text("Tables and sets of images: 1 of 20")
    assert not faults(playground)


def test_it_is_german_throughout(open_page: Opener) -> None:
    page = open_page(f"?lang=de{IRIS}").page
    page.get_by_role("button", name="Tabelle mitbringen…").click()
    page.get_by_label("Die Zeilen hier einfügen").fill(PEOPLE)
    page.get_by_role("button", name="Lesen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("120 Zeilen, 4 Spalten")
    expect(dialog.locator(".bring-columns").get_by_role("row", name="Größe")).to_contain_text(
        "1,5 bis 1,89, Mittel 1,695"
    )
    expect(dialog).to_contain_text("Klassifikation: Das Netz sagt, welche Kategorie eine Zeile hat.")
