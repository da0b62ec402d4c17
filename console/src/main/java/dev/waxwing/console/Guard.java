package dev.waxwing.console;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/// Lets in only who asks from this machine and knows whom: until there are tokens, whoever reaches the port may do everything.
///
/// A page of any site can make a browser on this machine send requests here. One that resolves its own name to 127.0.0.1 (DNS
/// rebinding) sends that name as `Host`; one that does not is another `Origin`. Neither gets an answer.
final class Guard {
    private static final Pattern LOOPBACK =
            Pattern.compile(
                    "(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?",
                    Pattern.CASE_INSENSITIVE);

    private Guard() {}

    /// @throws Refusal if the request may come from another site
    static void check(ServerRequest request) {
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        if (!LOOPBACK.matcher(host).matches()) {
            throw refusal("Host", host);
        }
        Optional<String> origin = request.headers().first(HeaderNames.ORIGIN);
        if (origin.isPresent() && !isLoopback(origin.get())) {
            throw refusal("Origin", origin.get());
        }
    }

    private static boolean isLoopback(String origin) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && LOOPBACK.matcher(authority).matches();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Refusal refusal(String header, String found) {
        return new Refusal(
                403,
                "the console answers this machine alone",
                header,
                found.length() > 100 ? found.substring(0, 100) + "…" : found,
                "http://127.0.0.1 or http://localhost with the console's port");
    }
}
