package dev.waxwing.app;

import picocli.CommandLine.Command;

/// The commands of xLearn, by its own flags. `docs/coming-from-xlearn.md` tells what differs.
@Command(
        name = "xlearn",
        description = {
            "LR, FM and FFM with xLearn's files, flags and defaults.",
            "docs/coming-from-xlearn.md says what we do differently, and why."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            XlearnTrainCommand.class,
            XlearnPredictCommand.class,
            XlearnDoctorCommand.class
        })
final class XlearnCommand {}
