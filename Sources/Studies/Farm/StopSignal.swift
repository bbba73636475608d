import Foundation
import Synchronization

/// Whether somebody has asked this process to end: SIGTERM, SIGINT or SIGUSR1.
///
/// The first signal is only noted; what is in hand is finished. A second one ends the process as usual.
public enum StopSignal {
    private static let received = Atomic<Int32>(0)

    /// The exit code of a sweep that was asked to end before it was through: a batch system may start it again.
    public static let exitCode: Int32 = 85

    /// Begins to listen.
    ///
    /// Also where whoever started the process had blocked these signals.
    public static func listen() {
        var numbers = sigset_t()
        sigemptyset(&numbers)
        for number in [SIGTERM, SIGINT, SIGUSR1] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { StopSignal.received.store($0, ordering: .relaxed) }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
            sigaction(number, &action, nil)
            sigaddset(&numbers, number)
        }
        pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
    }

    /// Whether there was one.
    public static var isReceived: Bool { received.load(ordering: .relaxed) != 0 }
}
