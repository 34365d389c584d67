#!/usr/bin/env python3
"""What RecBole's HyperTuning reads in the texts of space/space.json, or the error that it raises.

A new case is an object with nothing but its "text".
"""

import golden


def read(case: dict, _) -> dict:
    import hyperopt
    from recbole.trainer.hyper_tuning import HyperTuning, _spacesize

    def plain(value):
        return value.obj if hasattr(value, "obj") else hyperopt.pyll.rec_eval(value)

    text = case["text"]
    with open("hyper.test", "w") as file:
        file.write(text)
    try:
        space = HyperTuning._build_space_from_file("hyper.test")
        parameters = []
        for name, node in space.items():
            if node.name == "switch":
                values = [plain(value) for value in node.pos_args[1:]]
                parameters.append({"name": name, "kind": "choice", "values": values})
            else:
                distribution = node.pos_args[0].pos_args[1] if node.name == "float" else node
                arguments = [argument.obj for argument in distribution.pos_args]
                parameters.append({"name": name, "kind": distribution.name, "args": arguments})
        is_grid = all(parameter["kind"] == "choice" for parameter in parameters)
        size = int(_spacesize(space)) if is_grid else None
        return {"text": text, "parameters": parameters, "size": size}
    except Exception as error:
        return {"text": text, "raises": golden.error_text(error)}


if __name__ == "__main__":
    golden.main(
        __doc__, [golden.GOLDEN / "space/space.json"],
        lambda cases, path: [read(case, path) for case in cases], indent=1)
