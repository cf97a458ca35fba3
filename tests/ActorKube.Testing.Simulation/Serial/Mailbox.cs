namespace ActorKube.Testing.Simulation.Serial;

/// <summary>What an actor's mailbox promises, on a <see cref="SerialLoop"/>: messages one at a time, in the order of their arrival, each in a step of its own.</summary>
/// <param name="loop">Where it is handled.</param>
/// <param name="handle">Takes a message.</param>
public sealed class Mailbox(SerialLoop loop, Action<object> handle)
{
    private readonly Queue<object> _messages = new();
    private bool _closed;

    /// <summary>Adds a message.</summary>
    public void Post(object message)
    {
        if (_closed)
            return;
        _messages.Enqueue(message);
        if (_messages.Count == 1)
            loop.Post(Next);
    }

    /// <summary>Forgets what waits, and whatever comes.</summary>
    public void Close()
    {
        _closed = true;
        _messages.Clear();
    }

    private void Next()
    {
        if (!_messages.TryPeek(out var message))
            return;
        handle(message);
        if (_messages.TryDequeue(out _) && _messages.Count > 0)
            loop.Post(Next);
    }
}
