import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders


@pytest.mark.parametrize(
    "name", ["css/bootstrap.min.css", "css/bootstrap.min.css.map", "js/bootstrap.bundle.min.js"]
)
def test_bootstrap_is_found_where_its_package_put_it(name):
    found = finders.find(f"bootstrap/{name}")
    assert Path(found).is_file()


def test_nothing_else_of_the_package_is_served():
    assert finders.find("bootstrap/../bootstrap/scss/_root.scss") is None
    assert finders.find("bootstrap/css/bootstrap.css") is None


def test_every_font_the_stylesheet_names_is_there(settings):
    sheet = (settings.BASE_DIR / "static/css/theme.css").read_text()
    names = re.findall(r'url\("\.\./(fonts/[^"]+)"\)', sheet)
    assert len(names) == 9
    assert all((settings.BASE_DIR / "static" / name).stat().st_size > 1000 for name in names)


def test_no_template_carries_inline_style_or_script_or_handler(settings):
    guilty = []
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = path.read_text()
        scripts = re.findall(r"<script(?![^>]*\ssrc=)(?![^>]*json)[^>]*>", text)
        if scripts or re.search(r"""\sstyle=["']|<style|\son[a-z]+=["']|javascript:""", text):
            guilty.append(path.name)
    assert guilty == []
