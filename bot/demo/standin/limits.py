"""Slack's limits for messages and blocks, each with where it is written or measured."""

BLOCKS = 50
"""Blocks in a message (docs.slack.dev/reference/block-kit/blocks)."""

TEXT_OBJECT = 3_000
"""Characters in a text object (docs.slack.dev, text object)."""

FIELDS = 10
FIELD = 2_000
"""Fields of a section and characters in each (docs.slack.dev, section block)."""

HEADER = 150
"""Characters in a header (docs.slack.dev, header block)."""

CONTEXT_ELEMENTS = 10
"""Elements of a context block (docs.slack.dev, context block)."""

ACTION_ELEMENTS = 25
"""Elements of an actions block (docs.slack.dev, actions block)."""

CONTEXT_ACTIONS = 5
"""Elements of a context_actions block (docs.slack.dev, context actions block)."""

BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
"""Characters in a button's text, value and address (docs.slack.dev, button element)."""

ID = 255
"""Characters in `block_id` and `action_id` (docs.slack.dev, blocks and elements)."""

OPTIONS = 100
OVERFLOW_OPTIONS = 5
OPTION_TEXT = 75
OPTION_VALUE = 150
PLACEHOLDER = 150
"""Options of a select menu and of an overflow menu, and what each may hold."""

CHOICES = 10
"""Options of radio buttons and of checkboxes (docs.slack.dev, the pages of both elements)."""

VIEW_BYTES = 250_000
"""Size of a view's JSON (docs.slack.dev, views.update, `view_too_large`)."""

VIEW_STACK = 3
"""Views on top of each other (docs.slack.dev, views.push, `push_limit_reached`)."""

VIEW_BLOCKS = 100
VIEW_WORDS = 24
METADATA = 3_000
LABEL = 2_000
"""A modal: its blocks, characters in its title and buttons and in `private_metadata`
(docs.slack.dev, modal views), in the label and hint of a field (docs.slack.dev, input block)."""

VIEW_BYTES = 250_000
"""Bytes of a published view (docs.slack.dev/reference/methods/views.publish, `view_too_large`)."""

ALT_TEXT = 2_000
"""Characters in an image's `alt_text` (docs.slack.dev, image block)."""

MARKDOWN = 12_000
"""Characters in all markdown blocks of a message (docs.slack.dev, markdown block)."""

TABLE_ROWS = 100
TABLE_COLUMNS = 20
"""Rows and cells in a row of a table (docs.slack.dev, table block)."""

TEXT = 40_000
"""Characters in `text` of chat.postMessage (docs.slack.dev, chat.postMessage). Slack cuts a longer
one and warns; the stand-in refuses it, so that a test notices."""

UPDATE_TEXT = 4_000
"""Characters in `text` of chat.update (docs.slack.dev, chat.update, `msg_too_long`)."""

BLOCKS_TEXT = 13_297
BLOCK_SHARE = 75
"""Slack documents no sum over a message's blocks, but refuses long ones with
`msg_blocks_too_long`. Measured: slackapi/bolt-js#2509 (one sort of block, 13,297 characters taken)
and #2867 (9,597 characters in 50 blocks taken, 11,341 in 45 refused). A charge for each block
explains all three when it lies between 45 and 75 characters; the stand-in takes the strictest."""
