namespace Optim.Functional.Properties.Tests

/// Mutants that no law can tell from the rule, with the reason of each.
module internal KnownMutants =

    /// Mutants that are the rule itself, bit for bit: of which rule, why, and which.
    let equal =
        [
            "Adafactor",
            "its rows' and columns' numbers are only read in that pass",
            [
                for slot in 1..2 do
                    for wrong in [ "not stored"; "g stored" ] -> $"slot {slot}, Scaled 1: : {wrong}"
            ]
            "Adafactor", "their product is the same either way", [ "slot 2, Scaled 1: : exchanged with slot 1" ]
            "Adafactor", "at the first step the weight of the new is 1", [ "variance before the first step: + 0.01" ]
            "ASGD", "where mu is 1, the mean is θ itself, and the slot is not read", [ "slot 1, Off: read as 0" ]
            "ASGD", "at the first step mu is 1", [ "ax before the first step: + 0.01" ]
            "LAMB",
            "of the product only the sign counts",
            [ for pass in [ "Agreement"; "Masked" ] -> $"operation 1, {pass} 1: , Multiply: 1.001 ab" ]
            "LAMB", "θ is only read in that pass", [ "slot 1, Masked 1: : not stored" ]
            "Prodigy", "p0 never changes", [ "slot 1, On On: not stored"; "slot 1, On Off: not stored" ]
            "Prodigy",
            "a group that rests stores what it has read",
            [
                for slot in 1..4 -> $"slot {slot}, Off On: not stored"
                for slot in 1..3 -> $"slot {slot}, Off Off: not stored"
            ]
            "Prodigy", "a group that rests stays where it is", [ for path in [ "Off On"; "Off Off" ] -> $"parameter, {path}: not stored" ]
            "Prodigy",
            "a group that rests measures nothing",
            [
                "slot 1, measure: Off: read as 0"
                "slot 2, measure: Off: read as 0"
                "slot 2, measure: Off: exchanged with slot 1"
                "result 1, measure: Off: 0"
                "result 2, measure: Off: 0"
            ]
            "AdaBelief", "it is the same eps, kept from 0", [ "constant 8: the constant before it" ]
            "AdaBelief",
            "of the difference only the square counts",
            [
                for path in
                    [
                        "Off Off Off Off"
                        "Off Off Off On"
                        "Off Off On On"
                        "On Off Off Off"
                        "On Off Off On"
                        "On Off On On"
                        "On On On On"
                    ] -> $"operation 3, {path}, Subtract: b - a"
            ]
            "ADOPT", "the first gradient's square takes the moment's place", [ "exp_avg_sq before the first step: + 0.01" ]
            "ADOPT",
            "at the first gradient nothing moves, and no slot is read",
            [
                "parameter, On Off: not stored"
                "slot 1, On Off: not stored"
                "slot 1, On Off: read as 0"
                "slot 2, On Off: exchanged with slot 1"
                "slot 2, On Off: read as 0"
            ]
            "MARS",
            "the last gradient is g itself",
            [ for path in [ "On Off Off"; "On Off On"; "On On Off" ] -> $"slot 2, Descent 1: {path}: g stored" ]
            "MARS",
            "an exact last gradient is only read",
            [ for path in [ "Off Off Off"; "Off Off On"; "Off On Off" ] -> $"slot 2, Descent 1: {path}: not stored" ]
            "SophiaG",
            "of what says whether a step learns only the sign counts, and 0 has none",
            [ "constant 10: 1.001 c"; "constant 11: -c"; "constant 11: 1.001 c"; "operation 6, On, WhereGreater: a ≥ b" ]
            "SophiaG", "h is only read where no gradient of the step's own is taken for it", [ "slot 2, Off: not stored" ]
            "LARS", "Nesterov goes without dampening, so that the factor is 1", [ "operation 3, Descent 1: On On, Multiply: b" ]
            "Adadelta", "it is the same eps, kept from 0", [ "constant 5: the constant before it" ]
            "Adamax",
            "its formula for an eps of 0: neither -0 nor eps is more to divide by, and 0 is subtracted as it is added",
            [ "constant 5: -c"; "constant 5: the constant before it"; "operation 4, On On, Add: a - b" ]
            "RMSprop",
            "the one constant of its formula has none before it",
            [ "operation 7, On Off, Constant: the constant before it"; "operation 7, On On, Constant: the constant before it" ]
            "Rprop", "of the product only the sign counts", [ "operation 2, Multiply: 1.001 ab" ]
            "Rprop", "no two values are legal both ways: η- < 1 < η+, δmin < δmax", [ "etas: exchanged"; "step_sizes: exchanged" ]
            "Shampoo", "the first step makes it", [ "inv_factor_matrices before the first step: + 0.01" ]
            "PSGDKron", "the first step makes it", [ "Q before the first step: + 0.01" ]
            "PSGDKron",
            "of what is divided in a norm only squares count",
            [ for pass in 1..2 -> $"operation 1, Divide {pass}: , Divide: -a/b" ]
            "PSGDKron",
            "of what factors are fitted to only squares count",
            [
                for pass in 1..3 do
                    $"constant 1, Inverted {pass}: -c"
                    $"operation 1, Inverted {pass}: , Divide: -a/b"
                "operation 1, Scaled 3: , Multiply: -ab"
            ]
            for rule, passes in [ "PSGDKron", 3; "KLSOAP", 2 ] do
                rule,
                "numbers of lines and places are only read in that pass",
                [
                    for pass in 1..passes do
                        for wrong in [ "not stored"; "g stored" ] do
                            $"slot 1, Scaled {pass}: : {wrong}"
                ]
            "KLSOAP", "of whitened gradients only squares count", [ for pass in 1..2 -> $"operation 1, Scaled {pass}: , Multiply: -ab" ]
            "SOAP", "the first step makes it", [ "Q before the first step: + 0.01" ]
            "KLSOAP", "the first step makes them", [ "Q before the first step: + 0.01"; "eigen_sqrt_inv before the first step: + 0.01" ]
            "KLSOAP", "it is infinity", [ for pass in 1..2 -> $"constant 5, NextRoot {pass}: 1.001 c" ]
            "KLSOAP", "laws draw no factor of more than 10 rows: WhiteningTests is about one", [ "max_clamp_value: ignored" ]
            "SGD", "Nesterov goes without dampening, so that the factor is 1", [ "operation 1, On On, Multiply: b" ]
            "NorMuon",
            "its rows' numbers are only read in that pass",
            [ for wrong in [ "not stored"; "g stored" ] -> $"slot 1, Evened 1: : {wrong}" ]
            for rule in [ "Muon"; "NorMuon" ] do
                rule, "laws draw matrices of one block: MuonShapeTests is about others", [ "matrices: ignored"; "split_sizes: ignored" ]
        ]

    /// Mutants that are the rule but for rounding, of which no law can tell how it is to be.
    let rounded =
        [
            for rule in [ "NorMuon"; "AdaMuon"; "NAMO" ] do
                rule,
                "the pass is Muon's, and its mutants die there",
                [
                    "operation 1, Averaged 1: Off, Lerp: from a's end"
                    "operation 1, Averaged 1: On, Lerp: from a's end"
                    "operation 2, Averaged 1: On, Lerp: from a's end"
                    "operation 2, Averaged 1: On, Lerp: from b's end"
                ]
            "NorMuon",
            "a factor on all rows alike is undone by the norm, which is kept",
            [
                "operation 2, Evened 1: , Add: 1.001 (a + b)"
                "operation 3, Evened 1: , Divide: 1.001 a/b"
                "operation 1, Square 3: , Multiply: 1.001 ab"
            ]
        ]
