using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Contracts.Membership;

namespace EncryptionService.Benchmarks.Service;

/// <summary>Whether one added member costs more where there are many groups, or many members.</summary>
internal static class ScalingBenchmark
{
    private const int Few = 10;
    private const int Many = 5_000;
    private const int Large = RotationBenchmark.Members;
    private const int Rounds = 201;
    private const double Bar = 1.5;

    public static async Task RunAsync(Board board, CancellationToken cancellationToken)
    {
        var few = Person.Make(Few, "member");
        var newcomers = Person.Make(Rounds, "newcomer");
        await using var small = await InnerService.StartAsync(cancellationToken);
        await using var large = await InnerService.StartAsync(cancellationToken);
        await FillAsync(small, Few, few, newcomers, cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await FillAsync(large, Many, few, newcomers, cancellationToken);
        board.Add($"groups made, {Few} members each", Many / Stopwatch.GetElapsedTime(begin).TotalSeconds, "/s", $"{Many} groups");

        // Among many groups each addition meets another group, as in life: its file is not open.
        await CompareAsync(
            board,
            $"added to one of {Few} groups",
            round => new Place(small, Name(round % Few)),
            $"added to one of {Many} groups",
            round => new Place(large, Name(round * 17 % Many)),
            newcomers,
            cancellationToken);

        const string Big = "big";
        await small.CreateAsync(Big, Person.Make(Large, "other"), cancellationToken);
        await small.CreateAsync("tiny", few, cancellationToken);
        await CompareAsync(
            board, $"added to {Few} members", _ => new Place(small, "tiny"), $"added to {Large} members", _ => new Place(small, Big), newcomers, cancellationToken);
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"group-{index}");

    /// <summary>Groups, and one more in which the newcomers' keys become known.</summary>
    private static async Task FillAsync(InnerService service, int groups, MemberWithKeys[] members, MemberWithKeys[] newcomers, CancellationToken cancellationToken)
    {
        await service.CreateAsync("known", newcomers, cancellationToken);
        await service.CreateAsync("first", members, cancellationToken);
        var posted = service.Scene.Receiver.ExpectAsync(groups * members.Length, cancellationToken);
        for (var index = 0; index < groups; index++)
        {
            await service.ApplyAsync(cancellationToken, service.Events.Created(Name(index)), service.Events.Added(Name(index), members));
        }

        await posted;
    }

    private static async Task CompareAsync(
        Board board, string little, Func<int, Place> littlePlace, string much, Func<int, Place> muchPlace, MemberWithKeys[] newcomers, CancellationToken cancellationToken)
    {
        Sample littleAnswer = new(), littlePost = new(), muchAnswer = new(), muchPost = new(), answerRatio = new(), postRatio = new();
        for (var round = 0; round < Rounds; round++)
        {
            Timing a, b;
            if (round % 2 == 0)
            {
                a = await AddAsync(littlePlace(round), newcomers[round], cancellationToken);
                b = await AddAsync(muchPlace(round), newcomers[round], cancellationToken);
            }
            else
            {
                b = await AddAsync(muchPlace(round), newcomers[round], cancellationToken);
                a = await AddAsync(littlePlace(round), newcomers[round], cancellationToken);
            }

            littleAnswer.Add(a.Answer);
            littlePost.Add(a.Posted);
            muchAnswer.Add(b.Answer);
            muchPost.Add(b.Posted);
            answerRatio.Add(b.Answer / a.Answer);
            postRatio.Add(b.Posted / a.Posted);
        }

        board.Add($"{little}, until the answer", littleAnswer.Median, "ms");
        board.Add($"{much}, until the answer", muchAnswer.Median, "ms");
        board.AtMost(Bar, "ratio until the answer", answerRatio.Median, "times", $"{Rounds} pairs");
        board.Add($"{little}, until the post", littlePost.Median, "ms");
        board.Add($"{much}, until the post", muchPost.Median, "ms");
        board.AtMost(Bar, "ratio until the post", postRatio.Median, "times", $"{Rounds} pairs");
    }

    private static async Task<Timing> AddAsync(Place place, MemberWithKeys newcomer, CancellationToken cancellationToken)
    {
        var add = place.Service.Events.Added(place.Group, [newcomer]);
        var posted = place.Service.Scene.Receiver.ExpectAsync(1, cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await place.Service.ApplyAsync(cancellationToken, add);
        var answer = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return new Timing(answer, Stopwatch.GetElapsedTime(begin, await posted).TotalMilliseconds);
    }

    private readonly record struct Place(InnerService Service, string Group);

    private readonly record struct Timing(double Answer, double Posted);
}
