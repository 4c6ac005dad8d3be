"""What the page may load and run: only what it carries."""

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import steward.notify
from tests.unit.notify.runtime_pages import PageReader, example_page

ASSETS = Path(steward.notify.__file__).parent / "assets"
VENDOR = ASSETS / "vendor"
LIBRARIES = json.loads((VENDOR / "vendor.json").read_text())
FILES = [(library["name"], file) for library in LIBRARIES for file in library["files"]]
# The scripts and styles of a page; everything else in it is plain elements and text.
LOADING = {"src", "srcset", "data", "action", "formaction", "poster", "background", "ping"}


@pytest.fixture(scope="module")
def page() -> PageReader:
    return PageReader(example_page(30))


@pytest.mark.parametrize(("name", "file"), FILES, ids=lambda each: str(each)[:40])
def test_each_library_is_what_was_taken_from_its_registry(name: str, file: dict[str, str]) -> None:
    content = (VENDOR / file["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"], (
        f"{name}: {file['file']} was changed; renew it with local/setup/vendor-page-libraries"
    )


def test_every_vendored_file_is_listed_with_its_licence() -> None:
    listed = {file["file"] for _name, file in FILES}
    assert listed == {each.name for each in VENDOR.iterdir()} - {"vendor.json"}
    for library in LIBRARIES:
        assert library["license"] in {"MIT", "ISC", "BSD-3-Clause", "Apache-2.0"}
        assert any(file["file"].endswith(".LICENSE") for file in library["files"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", library["version"])
        assert library["integrity"].startswith("sha512-")


def test_every_asset_of_our_own_is_part_of_the_page(page: PageReader) -> None:
    whole = "\n".join(text for _attributes, text in page.contents)
    own = [*ASSETS.glob("*.js"), *ASSETS.glob("*.css")]
    assert own
    assert [each.name for each in own if each.read_text().strip() not in whole] == []


def test_no_asset_can_end_or_hide_its_element() -> None:
    for asset in (*ASSETS.glob("**/*.js"), *ASSETS.glob("**/*.css")):
        text = asset.read_text(encoding="utf-8")
        assert not re.search(r"</(script|style)|<!--|\r|sourceMappingURL", text, re.I), asset.name


def test_the_policy_allows_these_styles_and_scripts_alone(page: PageReader) -> None:
    [policy] = [
        str(attributes["content"])
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    run = {"script": [], "style": []}  # type: dict[str, list[str]]
    for attributes, text in page.contents:
        if attributes.get("type") != "application/json":
            digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
            run[str(attributes["tag"])].append(f"'sha256-{digest}'")
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {' '.join(run['script'])}",
        f"style-src {' '.join(run['style'])}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_policy_comes_before_everything_it_rules(page: PageReader) -> None:
    tags = [tag for tag, _attributes in page.elements]
    policy = next(i for i, (_, each) in enumerate(page.elements) if each.get("http-equiv"))
    assert policy < min(tags.index("style"), tags.index("script"))


def test_nothing_is_loaded_and_the_only_links_lead_to_the_documentation(page: PageReader) -> None:
    loaded = [
        (tag, name)
        for tag, each in page.elements
        for name in each
        if name in LOADING and tag != "a"
    ]
    assert loaded == []
    assert {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed"} == set()
    links = [str(each["href"]) for tag, each in page.elements if tag == "a"]
    hosts = {urlsplit(link).hostname for link in links if not link.startswith("#")}
    assert hosts == {"docs.aws.amazon.com"}


def test_no_style_loads_anything(page: PageReader) -> None:
    styles = [text for attributes, text in page.contents if attributes["tag"] == "style"]
    assert len(styles) == 2
    assert [each for style in styles for each in re.findall(r"url\(|@import", style)] == []


def test_no_element_carries_a_style_or_a_script_of_its_own(page: PageReader) -> None:
    carried = [
        (tag, name)
        for tag, attributes in page.elements
        for name in attributes
        if name == "style" or name.startswith("on")
    ]
    assert carried == []
