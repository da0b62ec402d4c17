package dev.waxwing.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.InetAddress;
import java.net.ServerSocket;

/// `up` on a port that somebody has.
@ExtendWith(PreparedNight.Once.class)
class PortFaultTest {
    @Test
    void aPortInUseIsNamedAndTheServerDoesNotStart(PreparedNight prepared) throws Exception {
        TestProject project = prepared.fresh();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            WaxwingProcess.Ended up =
                    WaxwingProcess.run("up", "--port", port, "-p", project.folder.toString());
            assertThat(up.code()).isEqualTo(1);
            assertThat(up.output())
                    .contains("cannot listen on 127.0.0.1:" + port)
                    .contains("stop it, or choose another port")
                    .doesNotContain("Serving");
        }
    }
}
