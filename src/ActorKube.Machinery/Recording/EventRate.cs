namespace ActorKube.Machinery.Recording;

/// <summary>Limits how many events a recorder writes: a burst, then so many a second. For one thread.</summary>
/// <param name="perSecond">Events a second.</param>
/// <param name="burst">Events at once after a pause.</param>
/// <param name="time">The clock; only its monotonic side is used.</param>
public sealed class EventRate(double perSecond, double burst, TimeProvider time)
{
    private double _missing;
    private long _filled = time.GetTimestamp();

    /// <summary>Whether one more may be written now.</summary>
    public bool Take()
    {
        var now = time.GetTimestamp();
        _missing = Math.Max(0, _missing - time.GetElapsedTime(_filled, now).TotalSeconds * perSecond);
        _filled = now;
        if (_missing > burst - 1)
            return false;
        _missing++;
        return true;
    }
}
