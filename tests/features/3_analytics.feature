Feature: After the week: what one point bought, and what lasted
  Every interval is a 95 % interval, worked out again apart from the program.

  Scenario Outline: The preview of <provider>
    When the operator runs "gitledger preview"
    Then <usable> of 6 windows of <provider> can be used
    And <features> features were bought with <points> points: <rate> a point, between <low> and <high>
    And of <delivered> delivered features <lasting> lasted
    And a lasting feature cost <dollars> dollars

    Examples:
      | provider | usable | features | points | rate  | low   | high  | delivered | lasting | dollars |
      | codex    | 6      | 17       | 70     | 0.243 | 0.149 | 0.419 | 17        | 13      | 0.248   |
      | claude   | 5      | 14       | 55     | 0.255 | 0.158 | 0.439 | 17        | 16      | 0.973   |
      | glm      | 4      | 10       | 40.5   | 0.247 | 0.133 | 0.504 | 13        | 13      | 0.14    |

  Scenario: Windows that cannot be used are named, with the reason
    When the operator runs "gitledger preview"
    Then left out are "W0-13 anchor-moved, W0-23 missing-after, W0-26 reset-between"

  Scenario Outline: The churn of <provider> in one figure says why it has no interval
    When the operator runs "gitledger card WEEK0"
    Then <churn> % of the lines of <provider> were gone within fourteen days
    And the churn of <provider> is told with "no interval: lines are removed in groups"

    Examples:
      | provider | churn |
      | codex    | 20.8  |
      | claude   | 4.8   |
      | glm      | 0     |

  Scenario: The newest churn of a window and provider is shown once
    Given the churn of W0-02 was measured twice: the day it was finished, and weeks later
    Then preview, card, explain and the data frame tell the later one, once
    And show and the export of rows keep both

  Scenario: The replay of the week: bandits with knapsacks against the greedy rules
    When the operator runs "gitledger replay --week WEEK0 --strategy bwk --baseline greedy"
    Then it plays with budgets of 85 points for claude, 80 for codex and 176 for glm
    And 10 points of each weekly bar are not spent
    And each baseline has a gain with an interval and a verdict
    And no policy beats the ceiling of the linear programme
    And the same seed is on record in "experiments"

  Scenario: The card of the week, with the votes of the panel
    When the operator runs "gitledger card WEEK0"
    Then its verdict is one of GO, SOFT GO, HOLD and NO-GO, with reasons
    And the panel voted "panel-1 go, panel-2 go, panel-3 no-go"
    And the card was issued once, and its row is on record in "decisions"

  Scenario: The audit of every window as JSON
    When the operator runs "gitledger audit --json"
    Then 18 windows have an audit, each with its readings, its completion and its deltas
    And the readings of W0-24 are those of the account team

  Scenario: GLM against the baseline, request by request
    When the operator runs "gitledger compare"
    Then requests "r-1, r-2" have both sides
    And request "r-3" stands alone
    And GLM took 2100 tokens where the baseline took 2750
