Feature: The checklist: what the week has to deliver
  `gitledger checklist --week WEEK0`; exit 0 when everything is done, 1 when something is missing.

  Scenario Outline: <item>
    When the operator runs "gitledger checklist"
    Then "<item>" is done: <have> of <of>

    Examples:
      | item                                              | have | of  |
      | codex: 6 windows with a reading before and after  | 6    | 6   |
      | claude: 6 windows with a reading before and after | 6    | 6   |
      | each window: completed                            | 18   | 18  |
      | each window: outcome                              | 18   | 18  |
      | each window: quality                              | 18   | 18  |
      | each window: methodology                          | 18   | 18  |
      | each window: human minutes (IMPF)                 | 18   | 18  |
      | each window: cognitive load (CLS)                 | 18   | 18  |
      | each window: commits                              | 18   | 18  |
      | each window: churn                                | 18   | 18  |
      | each window: evidence                             | 18   | 18  |
      | ledger capabilities                               | 3    | any |
      | ledger features                                   | 18   | any |
      | ledger tokens                                     | 36   | any |
      | each window: audit without an error               | 18   | 18  |
      | ledger intact                                     | 1    | 1   |
      | replay recorded                                   | 2    | any |
      | card WEEK0 issued                                 | 1    | any |
      | votes on the card                                 | 3    | any |

  Scenario: What is missing is named, with the command that does it
    When the operator runs "gitledger checklist"
    Then "glm: 6 windows with a reading before and after" is open: 5 of 6
    And it misses W0-23
    And the next step is "gitledger end glm --window W0-23"
    And nothing else is open
