"""From respondents to a population: weights, finite populations, draws."""
