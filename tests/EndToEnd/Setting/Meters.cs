using System.Diagnostics.Metrics;
using EncryptionService.Service.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>Reads the meter of one service: sums of counters, counts of histograms, last values of gauges, by name and label.</summary>
internal sealed class Meters : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public Meters(RunningService service)
    {
        var meter = service.Rooms.GetRequiredService<ServiceMeter>().Meter;
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
    }

    /// <summary>Woken at every measurement.</summary>
    public Signal Changed { get; } = new();

    /// <summary>Everything measured so far, as text: what a collector would send.</summary>
    public string Text
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', values.Select(pair => $"{pair.Key} = {pair.Value}"));
            }
        }
    }

    /// <summary>For instance <c>eec.posts{outcome=Stored}</c>; 0 where nothing was measured.</summary>
    public double this[string name]
    {
        get
        {
            listener.RecordObservableInstruments();
            lock (gate)
            {
                return values.GetValueOrDefault(name);
            }
        }
    }

    public void Dispose() => listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        var name = labels.Length == 0 ? instrument.Name : $"{instrument.Name}{{{labels}}}";
        lock (gate)
        {
            values[name] = instrument.IsObservable ? value : values.GetValueOrDefault(name) + value;
        }

        if (!instrument.IsObservable)
        {
            Changed.Pulse();
        }
    }
}
