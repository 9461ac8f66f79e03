"""The two plans as data: the words of the printed plans, nothing added and nothing left out.

Only breaks that the page itself put inside a word or sentence are mended. Spelling stays as printed.

- `number`, `issued_on`: empty where the printed plan leaves them blank.
- `title`: of the Đắk Nông annex, which prints none, a plain description.
- `in_force_from`: the day from which the system follows the dues; no plan prints it. The first full month
  after Plan 413 was issued, and the same for Đắk Nông's, whose date is blank.
- `reference_line`: the line in brackets that ties an annex to its plan.
- `legal_bases`: each with the sentence printed and the document it names.
- `objectives`, `contents`, `funding_text`: sections I, II and III, paragraph by paragraph.
- `parties`: every actor the plan names, with the organisations it stands for, as codes without the
  province ("dic"), or `districts`, `operators` for all of that kind. A party the plan leaves open
  ("Các đơn vị có liên quan") has none.
- `aliases`: other spellings of a party in the same plan.
- `groups` → `tasks`: `lead` is one party; `coordinators` are printed lines, dash and punctuation
  included; `timing` is printed, `timing_kind` is its meaning (`TimingKind`). In Plan 413 a group is an
  actor of section IV, whose duties state no time; coordinators are those the duty's own words name.
- `triggers` of a task: [event, effect] as in `TaskEvent` and `TriggerEffect`: what the system itself sees.
"""
