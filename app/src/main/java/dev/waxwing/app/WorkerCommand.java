package dev.waxwing.app;

import dev.waxwing.flow.Shift;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "worker",
        description =
                "Works at runs beside `waxwing up` and other workers, which share the project's storage"
                        + " folder and its metadata database.",
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Override
    public Integer call() throws InterruptedException {
        var progress = new Progress(System.out);
        try (var end = new ToldToEnd();
                Installation installation = project.install()) {
            Optional<Shift> shift = installation.shift(false, progress, end);
            if (shift.isPresent()) {
                System.out.println(
                        "At work (stop with Ctrl-C; what is at work then is given back)");
                end.await();
                shift.get().close();
            }
            return 0;
        }
    }
}
