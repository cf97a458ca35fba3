using ActorKube.Controllers.Workloads;
using ActorKube.Controllers.Workloads.Deployments;
using CsCheck;

namespace ActorKube.Controllers.Tests;

public class RollingMathTests
{
    private static readonly Gen<IntOrPercent> Amount = Gen.Select(Gen.Int[0, 120], Gen.Bool, (value, percent) => new IntOrPercent(value, percent));

    [Theory]
    [InlineData(10, "25%", "25%", 3, 2)]
    [InlineData(1, "25%", "25%", 1, 0)]
    [InlineData(3, "0", "0", 0, 1)]
    [InlineData(3, "10%", "10%", 1, 0)]
    [InlineData(2, "0", "5", 0, 2)]
    [InlineData(0, "1", "1", 1, 0)]
    [InlineData(100, "0%", "1%", 0, 1)]
    public void Bounds_round_the_surge_up_and_unavailability_down(int replicas, string surge, string unavailable, int maxSurge, int maxUnavailable)
    {
        static IntOrPercent Read(string text) => text.EndsWith('%') ? IntOrPercent.Read(text, default) : IntOrPercent.Read(int.Parse(text), default);
        Assert.Equal(new RollingBounds(maxSurge, maxUnavailable), RollingBounds.Resolve(Read(surge), Read(unavailable), replicas));
    }

    [Theory]
    // wanted, surge, unavailable, new replicas, new available, old (replicas/available), expected old
    [InlineData(10, 3, 2, 3, 0, "10/10", "8")]
    [InlineData(10, 0, 2, 0, 0, "10/10", "8")]
    [InlineData(10, 3, 2, 5, 5, "8/8", "3")]
    [InlineData(10, 0, 2, 0, 0, "10/8", "8")]
    [InlineData(10, 0, 1, 0, 0, "5/0 6/6", "3 6")]
    [InlineData(4, 1, 0, 1, 0, "4/4", "4")]
    [InlineData(4, 1, 0, 1, 1, "4/4", "3")]
    [InlineData(3, 1, 3, 1, 0, "3/3", "0")]
    public void Old_sets_shrink_as_upstreams_do(int wanted, int surge, int unavailable, int newReplicas, int newAvailable, string old, string expected)
    {
        var sets = old.Split(' ').Select(s => s.Split('/')).Select(s => new SetSize(int.Parse(s[0]), int.Parse(s[1]))).ToArray();
        Assert.Equal(expected, string.Join(' ', RollingMath.OldSets(wanted, new RollingBounds(surge, unavailable), new SetSize(newReplicas, newAvailable), sets)));
    }

    [Theory]
    // wanted, surge, unavailable, sizes of all sets (the new one first), expected sizes
    [InlineData(int.MaxValue, int.MaxValue, 0, "2147483646 2147483647", "2147483647 0")]
    [InlineData(int.MaxValue, 0, int.MaxValue, "0 2147483647 2147483647", "0 0 0")]
    [InlineData(1, int.MaxValue, 1, "2147483647 2147483647", "1 0")]
    public void Sizes_near_the_end_of_numbers_are_neither_negative_nor_an_error(int wanted, int surge, int unavailable, string sets, string expected)
    {
        var sizes = sets.Split(' ').Select(int.Parse).ToArray();
        var bounds = new RollingBounds(surge, unavailable);
        var fresh = RollingMath.NewSet(wanted, bounds, sizes[0], sizes.Sum(static s => (long)s));
        var old = RollingMath.OldSets(wanted, bounds, new SetSize(fresh, fresh), [.. sizes.Skip(1).Select(static s => new SetSize(s, s))]);
        Assert.Equal(expected, string.Join(' ', old.Prepend(fresh)));
        Assert.All(RollingMath.Proportional(wanted, bounds, [.. sizes.Select(static s => (s, 1))]), static s => Assert.InRange(s, 0, int.MaxValue));
    }

    /// <summary>
    /// Plays a rollout with pods that become available, or fail, as chance has it. Available pods never fall below the minimum by a decision, and the sizes never exceed the surge.
    /// </summary>
    [Fact]
    public void A_rollout_stays_within_its_bounds_whatever_the_pods_do() =>
        Gen.Select(Gen.Int[1, 30], Amount, Amount, Gen.Int[0, int.MaxValue]).Sample(c =>
        {
            var (wanted, surge, unavailable, seed) = c;
            var chance = new Random(seed);
            var bounds = RollingBounds.Resolve(surge, unavailable, wanted);
            var minAvailable = wanted - bounds.MaxUnavailable;
            (int Size, int Available) fresh = (0, 0);
            (int Size, int Available)[] old = [(wanted / 2, wanted / 2), (wanted - wanted / 2, wanted - wanted / 2)];
            for (var turn = 0; turn < 400; turn++)
            {
                var total = fresh.Size + old.Sum(o => o.Size);
                var size = RollingMath.NewSet(wanted, bounds, fresh.Size, total);
                Assert.InRange(size, fresh.Size, wanted);
                Assert.True(size == fresh.Size || size + old.Sum(o => o.Size) <= wanted + bounds.MaxSurge);
                fresh.Size = size;

                var available = fresh.Available + old.Sum(o => o.Available);
                var sizes = RollingMath.OldSets(wanted, bounds, new SetSize(fresh.Size, fresh.Available), [.. old.Select(o => new SetSize(o.Size, o.Available))]);
                for (var i = 0; i < old.Length; i++)
                {
                    Assert.InRange(sizes[i], 0, old[i].Size);
                    // The set gives up pods that are not available first.
                    old[i] = (sizes[i], Math.Min(old[i].Available, sizes[i]));
                }
                Assert.True(fresh.Available + old.Sum(o => o.Available) >= Math.Min(available, minAvailable));

                if (fresh.Available < fresh.Size && chance.Next(3) > 0)
                    fresh.Available++;
                if (turn < 200 && chance.Next(10) == 0 && old[0].Available > 0)
                    old[0].Available--;
                if (turn < 200 && chance.Next(10) == 0 && fresh.Available > 0)
                    fresh.Available--;
            }
            Assert.Equal((wanted, 0), (fresh.Size, old.Sum(o => o.Size)));
        });

    [Fact]
    public void Proportional_scaling_gives_out_exactly_what_there_is_to_give() =>
        Gen.Select(Gen.Int[0, 100], Amount, Gen.Int[1, 60].Array[1, 6]).Sample(c =>
        {
            var (wanted, surge, sizes) = c;
            var bounds = RollingBounds.Resolve(surge, new IntOrPercent(0, false), wanted);
            var total = sizes.Sum();
            var scaled = RollingMath.Proportional(wanted, bounds, [.. sizes.OrderDescending().Select(s => (s, total))]);
            Assert.All(scaled, s => Assert.True(s >= 0));
            Assert.Equal(wanted > 0 ? wanted + bounds.MaxSurge : 0, scaled.Sum());
        });

    // Upstream's GetReplicaSetProportion: without a note of an earlier size nothing is taken from a set; what is left over goes to the first.
    [Theory]
    [InlineData(10, 5, 5, 0, 5, 5)]
    [InlineData(20, 5, 5, 0, 15, 5)]
    [InlineData(20, 5, 5, 10, 10, 10)]
    [InlineData(0, 5, 5, 0, 0, 0)]
    public void A_set_without_a_note_of_the_size_before_keeps_its_own(int wanted, int one, int other, int before, int first, int second) =>
        Assert.Equal([first, second], RollingMath.Proportional(wanted, RollingBounds.None, [(one, before), (other, before)]));
}
