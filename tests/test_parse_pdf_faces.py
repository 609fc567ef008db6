from __future__ import annotations

from pipelines.parse.pdf.faces import Face, drawn, face


def test_face_is_told_by_the_name_before_the_weight():
    faces = {
        ("CMBX10", 570, 0): Face(bold=True, italic=False, symbols=False),
        ("CMTI10", 340, 64): Face(bold=False, italic=True, symbols=False),
        ("Times-Roman", 740, 0): Face(bold=False, italic=False, symbols=False),
        ("NimbusRomNo9L-MediItal", 500, 0): Face(bold=True, italic=True, symbols=False),
        ("Unnamed", 700, 0): Face(bold=True, italic=False, symbols=False),
        ("MSAM10", 200, 4): Face(bold=False, italic=False, symbols=True),
        ("FontAwesome5Free-Solid", 900, 4): Face(bold=True, italic=False, symbols=True),
        ("AwesomeSerif", 400, 0): Face(bold=False, italic=False, symbols=False),
        ("BrandHeadings", 400, 0): Face(bold=False, italic=False, symbols=False),
        ("Wingdings-Regular", 400, 0): Face(bold=False, italic=False, symbols=True),
    }
    assert {key: face(*key) for key in faces} == faces


def test_letters_of_fonts_of_symbols_are_the_signs_that_they_draw():
    assert [drawn(letter) for letter in "ln§üû4 •"] == ["•", "•", "•", "✓", "✗", "✓", " ", "•"]
