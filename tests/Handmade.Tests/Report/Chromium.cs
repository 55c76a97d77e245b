using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Handmade.Tests.Report;

/// <summary>A headless Chromium, driven by its DevTools protocol over one WebSocket on the loopback.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process process;
    private readonly string profile;
    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> waiting = new();
    private readonly ConcurrentDictionary<string, Page> pages = new();
    private int lastId;

    private Chromium(Process process, string profile) => (this.process, this.profile) = (process, profile);

    /// <summary>The browser's path, or null if none is installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Starts the browser with a profile of its own.</summary>
    public static async Task<Chromium> Start(string path)
    {
        var profile = Directory.CreateTempSubdirectory("chromium").FullName;
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", "--window-size=1280,1000", $"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank",
        ];
        var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var browser = new Chromium(process, profile);
        // The browser writes the port that it took, and below it the path, into its profile.
        var file = Path.Combine(profile, "DevToolsActivePort");
        var clock = Stopwatch.StartNew();
        while (!File.Exists(file) || File.ReadAllLines(file).Length < 2)
        {
            if (process.HasExited || clock.Elapsed > Patience) throw new InvalidOperationException($"{path} did not start");
            await Task.Delay(50);
        }
        var lines = File.ReadAllLines(file);
        await browser.socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), CancellationToken.None);
        _ = browser.Listen();
        return browser;
    }

    /// <summary>Opens a page and waits until it is loaded.</summary>
    public async Task<Page> Open(string url)
    {
        var target = await Send("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await Send("Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        var session = (string)attached["sessionId"]!;
        var page = pages[session] = new Page(this, session);
        foreach (var domain in new[] { "Runtime", "Log", "Network", "Page" }) await Send(domain + ".enable", [], session);
        await Send("Page.navigate", new() { ["url"] = url }, session);
        await page.Until("document.readyState === 'complete'");
        return page;
    }

    /// <summary>Sends a command and gives back its result.</summary>
    public async Task<JsonNode> Send(string method, JsonObject parameters, string? session = null)
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null) message["sessionId"] = session;
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
        return await answer.Task.WaitAsync(Patience);
    }

    private async Task Listen()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        while (socket.State == WebSocketState.Open)
        {
            WebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                return; // the browser was closed
            }
            message.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage) continue;
            if (message.Length > 0) Take(JsonNode.Parse(message.ToArray())!);
            message.SetLength(0);
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id)
        {
            if (!waiting.TryRemove((int)id, out var answer)) return;
            if (message["error"] is { } error) answer.SetException(new InvalidOperationException(error.ToJsonString()));
            else answer.SetResult(message["result"]!);
        }
        else if (message["sessionId"] is { } session && pages.TryGetValue((string)session!, out var page))
        {
            page.Take((string)message["method"]!, message["params"]!);
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        sending.Dispose();
        // Children of the browser may hold the profile a moment longer.
        for (var i = 0; i < 20 && Directory.Exists(profile); i++)
        {
            try
            {
                Directory.Delete(profile, recursive: true);
            }
            catch (IOException)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>One page: runs scripts, clicks, types, and keeps every error and every request that leaves the machine.</summary>
    internal sealed class Page(Chromium browser, string session)
    {
        /// <summary>Errors of scripts and of the console, and requests to anything but files.</summary>
        public ConcurrentQueue<string> Complaints { get; } = new();

        /// <summary>The value of an expression, as JSON; a promise is awaited.</summary>
        public async Task<JsonNode?> Evaluate(string script)
        {
            var answer = await browser.Send("Runtime.evaluate", new() { ["expression"] = script, ["returnByValue"] = true, ["awaitPromise"] = true }, session);
            if (answer["exceptionDetails"] is { } problem) throw new InvalidOperationException(problem.ToJsonString());
            return answer["result"]!["value"];
        }

        /// <summary>The value of an expression, as text.</summary>
        public async Task<string> Text(string script) => (await Evaluate(script))?.ToString() ?? "";

        /// <summary>Waits until an expression is true.</summary>
        public async Task Until(string script)
        {
            var clock = Stopwatch.StartNew();
            while (!(bool)(await Evaluate(script))!)
            {
                if (clock.Elapsed > Patience) throw new TimeoutException($"still not true: {script}");
                await Task.Delay(30);
            }
        }

        /// <summary>Clicks the middle of the first element that the selector finds, with the mouse.</summary>
        public async Task Click(string selector)
        {
            var (x, y) = await Middle(selector);
            foreach (var type in new[] { "mousePressed", "mouseReleased" }) await Mouse(type, x, y);
        }

        /// <summary>Moves the mouse over a point of the page's window.</summary>
        public Task Move(double x, double y) => Mouse("mouseMoved", x, y);

        /// <summary>Presses a key.</summary>
        public async Task Press(string key)
        {
            foreach (var type in new[] { "keyDown", "keyUp" }) await browser.Send("Input.dispatchKeyEvent", new() { ["type"] = type, ["key"] = key }, session);
        }

        /// <summary>Where the middle of an element is in the window, after it was scrolled into view.</summary>
        public async Task<(double X, double Y)> Middle(string selector)
        {
            var text = await Text($"(() => {{ const e = document.querySelector('{selector}'); e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); const b = e.getBoundingClientRect(); return (b.left + b.width / 2) + ' ' + (b.top + b.height / 2); }})()");
            var numbers = text.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            return (numbers[0], numbers[1]);
        }

        /// <summary>Saves what the window shows as PNG.</summary>
        public async Task Screenshot(string path)
        {
            var answer = await browser.Send("Page.captureScreenshot", new() { ["format"] = "png" }, session);
            await File.WriteAllBytesAsync(path, Convert.FromBase64String((string)answer["data"]!));
        }

        internal void Take(string method, JsonNode parameters)
        {
            if (method == "Runtime.exceptionThrown") Complaints.Enqueue(parameters.ToJsonString());
            if (method == "Runtime.consoleAPICalled" && (string)parameters["type"]! is "error" or "warning") Complaints.Enqueue(parameters.ToJsonString());
            if (method == "Log.entryAdded" && (string)parameters["entry"]!["level"]! is "error" or "warning") Complaints.Enqueue(parameters.ToJsonString());
            if (method == "Network.requestWillBeSent" && (string)parameters["request"]!["url"]! is var url && !url.StartsWith("file:", StringComparison.Ordinal) && !url.StartsWith("data:", StringComparison.Ordinal))
                Complaints.Enqueue("request to " + url);
        }

        private Task Mouse(string type, double x, double y) => browser.Send("Input.dispatchMouseEvent",
            new() { ["type"] = type, ["x"] = x, ["y"] = y, ["button"] = type == "mouseMoved" ? "none" : "left", ["clickCount"] = type == "mouseMoved" ? 0 : 1 }, session);
    }
}
