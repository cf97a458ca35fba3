using System.Net;
using ActorKube.Machinery.Times;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>
/// Slows down guessing: ten wrong tokens a minute and address, then no more until the minute is over. A fixed table; addresses that share a place share its count,
/// so that no number of addresses makes it grow.
/// </summary>
internal sealed class FailureLimiter(TimeProvider time)
{
    private const int Slots = 1024;
    private const int Allowed = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly SteadyTime _time = new(time);
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new Slot())];

    /// <summary>Seconds until the address may try again; 0 when it may now.</summary>
    public int Penalty(IPAddress? address)
    {
        var slot = SlotOf(address);
        lock (slot)
        {
            var left = slot.Start + Window - _time.GetUtcNow();
            return slot.Failures < Allowed || left <= TimeSpan.Zero ? 0 : (int)Math.Ceiling(left.TotalSeconds);
        }
    }

    public void Failed(IPAddress? address)
    {
        var slot = SlotOf(address);
        lock (slot)
        {
            var now = _time.GetUtcNow();
            if (slot.Start + Window <= now)
                (slot.Start, slot.Failures) = (now, 0);
            slot.Failures++;
        }
    }

    private Slot SlotOf(IPAddress? address) => _slots[(uint)(address?.GetHashCode() ?? 0) % Slots];

    private sealed class Slot
    {
        public DateTimeOffset Start { get; set; }
        public int Failures { get; set; }
    }
}
