"""How often rollouts are failed rightly and wrongly, by Steward and by the rules others use."""
