package dev.waxwing.pmml;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The command line: scores, inspects and verifies documents.
final class Main {
    static final int OK = 0;
    static final int MISMATCH = 1;
    static final int USAGE = 2;
    static final int BAD_DATA = 65;
    static final int IO = 74;

    private static final String HELP =
            """
            Scores PMML models: trees, their ensembles, regressions, scorecards.

              java -jar pmml.jar score MODEL ROWS.csv [--gbdt-lr LR] [--fast] [--allow-missing-columns] [--out FILE]
                  writes the rows with the predictions, probabilities and outputs of the model behind them
                  ROWS.csv may be - for standard input; UTF-8, a header line, separated by comma, semicolon or tab;
                  an empty cell, NA and N/A are missing
                  --gbdt-lr LR              MODEL is a GBDT and LR a regression over its leaves; writes one column, score
                  --fast                    by the compiled scorer; writes one column, score
                  --allow-missing-columns   an input without a column is missing in every row
                  --out FILE                instead of standard output; complete or not there at all

              java -jar pmml.jar inspect MODEL
                  tells what a document is, what it takes and gives, and how it is scored

              java -jar pmml.jar verify MODEL [ROWS.csv EXPECTED.csv [--tolerance 1e-6]]
                  checks a document against its own ModelVerification, and against expected results

              java -jar pmml.jar --help

            Exit codes: 0 well, 1 verify found a difference, 2 this is not how it is called,
            65 the model or a row is refused, 74 a file cannot be read or written.
            """;

    private Main() {}

    /// A call that is not as [#HELP] says.
    static final class Usage extends Exception {
        private static final long serialVersionUID = 1L;

        Usage(String message) {
            super(message);
        }
    }

    /// What a command is given: files in order and options by name.
    record Arguments(List<String> files, Map<String, String> options) {
        static Arguments parse(String[] args, Set<String> flags, Set<String> valued) throws Usage {
            List<String> files = new ArrayList<>();
            Map<String, String> options = new HashMap<>();
            for (int i = 1; i < args.length; i++) {
                String one = args[i];
                if (!one.startsWith("--")) {
                    files.add(one);
                } else if (!flags.contains(one) && !valued.contains(one)) {
                    throw new Usage(args[0] + " has no option " + one);
                } else if (valued.contains(one) && i + 1 == args.length) {
                    throw new Usage(one + " needs a value");
                } else if (options.put(one, valued.contains(one) ? args[++i] : "") != null) {
                    throw new Usage(one + " is there twice");
                }
            }
            return new Arguments(files, options);
        }

        void needs(String command, int least, int most) throws Usage {
            if (files.size() < least || files.size() > most) {
                throw new Usage(
                        command
                                + " takes "
                                + (least == most ? least : least + " to " + most)
                                + " files, found "
                                + files.size());
            }
        }
    }

    public static void main(String[] args) {
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        // PrintStream keeps write errors to itself; a full disk is to be told.
        int code = run(args, new FileOutputStream(FileDescriptor.out), err);
        err.flush();
        System.exit(code);
    }

    static int run(String[] args, OutputStream out, PrintStream err) {
        try {
            if (args.length == 0) {
                throw new Usage("a command is needed");
            }
            switch (args[0]) {
                case "--help", "-h", "help" -> {
                    out.write(HELP.getBytes(StandardCharsets.UTF_8));
                    return OK;
                }
                case "score" -> {
                    return ScoreCommand.run(args, out, err);
                }
                case "inspect" -> {
                    return InspectCommand.run(args, out);
                }
                case "verify" -> {
                    return VerifyCommand.run(args, out, err);
                }
                default -> throw new Usage("there is no command '" + args[0] + "'");
            }
        } catch (Usage e) {
            err.println(e.getMessage() + "; --help tells how it is called");
            return USAGE;
        } catch (PmmlException e) {
            err.println(e.getMessage());
            return e.line() == 0 && e.getCause() instanceof IOException ? IO : BAD_DATA;
        } catch (Csv.Malformed e) {
            err.println(e.getMessage());
            return BAD_DATA;
        } catch (NoSuchFileException e) {
            err.println(e.getMessage() + " is not there");
            return IO;
        } catch (IOException e) {
            if (!"Broken pipe".equals(e.getMessage())) { // who read has had enough
                err.println("cannot read or write: " + e.getMessage());
            }
            return IO;
        } catch (OutOfMemoryError e) {
            err.println("the heap is full; start java with a larger -Xmx");
            return IO;
        }
    }

    static Path existing(String file) throws IOException {
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            throw new NoSuchFileException(file);
        }
        return path;
    }
}
