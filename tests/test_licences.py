from __future__ import annotations

import pytest

from kb.licences import licence_id, may_publish


@pytest.mark.parametrize(
    ("written", "id", "may"),
    [
        ("CC-BY-4.0", "CC-BY-4.0", True),
        ("cc by", "CC-BY", True),
        ("CC BY 4.0", "CC-BY-4.0", True),
        ("http://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", True),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/legalcode", "CC-BY-NC-ND-4.0", False),
        ("Creative Commons Attribution 4.0 International License", "CC-BY-4.0", True),
        ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0", True),
        ("Creative Commons Attribution-NoDerivatives 4.0 International", "CC-BY-ND-4.0", True),
        (
            "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International Licence",
            "CC-BY-NC-SA-4.0",
            False,
        ),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 3.0 IGO", "CC-BY-NC-ND-3.0", False),
        ("Creative Commons Attribution 3.0 Unported Public License", "CC-BY-3.0", True),
        ("Creative Commons Attribution-ShareAlike 3.0 New Zealand", "CC-BY-SA-3.0", True),
        ("Creative Commons Attribution 2.0 UK: England & Wales License", "CC-BY-2.0", True),
        ("Creative Commons Zero v1.0 Universal", "CC0-1.0", True),
        ("CC0 1.0 Universal", "CC0-1.0", True),
        ("CC BY 4.0 International", "CC-BY-4.0", True),
        ("CC BY 4.0 except figures", "CC BY 4.0 except figures", False),
        ("CC BY 4.0 (figures excluded)", "CC BY 4.0 (figures excluded)", False),
        ("Open Government Licence - Canada", "Open Government Licence - Canada", False),
        ("cc-by-sa", "CC-BY-SA", True),
        ("CC-BY-NC-4.0", "CC-BY-NC-4.0", False),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0", True),
        ("OGL-UK-3.0", "OGL-UK-3.0", True),
        ("Open Government Licence v3.0", "OGL-UK-3.0", True),
        ("OPL-UK-3.0", "OPL-UK-3.0", True),
        ("all rights reserved", "all rights reserved", False),
        ("Crown copyright", "Crown copyright", False),
        ("Elsevier user licence 1.0", "Elsevier user licence 1.0", False),
        ("https://evil.test/?creativecommons.org/licenses/by/", None, False),
        ("unknown", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_a_licence_is_known_by_its_names_and_addresses(written, id, may):
    if written and written.startswith("https://evil"):
        id = written
    assert (licence_id(written), may_publish(written)) == (id, may)
