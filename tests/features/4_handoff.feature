Feature: The hand-over: a pack that somebody else can check

  Scenario: The pack of the week
    When the operator runs "gitledger handoff --week WEEK0"
    Then the pack holds the report, the preview, the card, the comparison, the replay and the votes
    And it holds an audit of each of the 18 windows
    And it holds the exports of every ledger and the log of each of the 19 acceptance runs
    And SHA256SUMS has the right hash of every file

  Scenario: Who takes over makes it again
    When the operator runs "gitledger handoff --check pack"
    Then every file is as the ledger gives it

  Scenario Outline: What fits into the next week of <provider>
    When the operator runs "gitledger handoff --week WEEK0"
    Then with 90 points to spend <usual> windows of <provider> fit, and <least> of the largest

    Examples:
      | provider | usual | least |
      | codex    | 7     | 5     |
      | claude   | 7     | 6     |
      | glm      | 8     | 8     |
